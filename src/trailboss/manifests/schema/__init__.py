"""The shape of every kind that is understood; each field's description is the text "allowed: …" of its problems."""
