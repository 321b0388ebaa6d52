"""Polls of repositories, and clusters as their revisions have them."""
