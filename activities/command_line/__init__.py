"""What the command line does itself, without a worker."""
