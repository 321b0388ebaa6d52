"""What a change is made of: how it stands, what it waits for, how it ends."""
