_MOST_NAMED = 5


def named(words: tuple[str, ...]) -> str:
    more = len(words) - _MOST_NAMED
    return ", ".join([*words[:_MOST_NAMED], *([f"and {more} more"] if more > 0 else [])])
