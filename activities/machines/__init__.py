"""Steps on one machine, from bare host to member and back."""
