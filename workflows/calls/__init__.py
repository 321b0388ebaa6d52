"""How workflows have activities do something, and tell each other."""
