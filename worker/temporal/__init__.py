"""How processes of ours reach Temporal, and what they are to it."""
