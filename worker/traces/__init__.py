"""One trace from the push to each SSH command."""
