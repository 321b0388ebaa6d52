"""How a value that was found is shown to people: short, with its kind, and never a secret."""

from trailboss.manifests.reading.place import Location
from trailboss.manifests.reading.secrets import holds_secret, names_secret

_LONGEST = 60


def show(value: object, location: Location = ()) -> str:
    """Return `value` in a few words; `location` tells whether its field's name promises a secret."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"{value} (a number)"
        case dict():
            return "a mapping" if value else "an empty mapping"
        case list():
            return f"a list of {len(value)}" if value else "an empty list"
        case _:
            return _show_text(str(value), location)


def _show_text(text: str, location: Location) -> str:
    if holds_secret(text) or any(names_secret(str(part)) for part in location):
        return "a text that is not repeated here, because it may be a secret"
    flat = " ".join(text.split())
    return f'"{flat}"' if len(flat) <= _LONGEST else f'"{flat[:_LONGEST]}…"'
