"""What people read and filter by in Temporal's web UI."""
