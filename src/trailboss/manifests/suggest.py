from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(found: str, allowed: Iterable[str], *, cutoff: float = 0.6) -> str:
    """Return `; did you mean X?` for the closest of `allowed`, "" where none is as close as `cutoff` (1: the same)."""
    by_lower = {name.lower(): name for name in allowed}
    close = get_close_matches(found.lower(), by_lower, n=1, cutoff=cutoff)
    return f"; did you mean {by_lower[close[0]]}?" if close else ""
