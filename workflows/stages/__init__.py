"""Machines' way through one stage of a plan: whose turn it is, whether it may begin, how it is left."""
