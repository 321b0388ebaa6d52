"""Addons, without a connection: texts → ordered objects, what is to be pruned, whether an object is healthy."""
