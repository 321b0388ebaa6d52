"""What a cluster's single writer is made of: how it stands, and what it does beside changes."""
