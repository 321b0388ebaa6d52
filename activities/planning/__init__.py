"""What is seen of a cluster, and what follows from it: plans, previews, what is due, windows."""
