"""What must hold beyond the shape of single fields. Every check runs; each yields all it finds."""
