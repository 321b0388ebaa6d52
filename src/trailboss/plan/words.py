from collections.abc import Sequence


def some(names: Sequence[str], most: int = 6) -> str:
    """Return names in one line; of many, the first and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
