"""wksctl's repositories as they are: its clusters where they lie, what its objects leave unsaid, its first form."""
