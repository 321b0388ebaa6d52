"""Addons of a cluster: rendered, applied, awaited, pruned, taken away."""
