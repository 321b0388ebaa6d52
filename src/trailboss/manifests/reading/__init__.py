"""YAML text → objects that know the line of each of their fields. Knows YAML, not what the fields mean."""
