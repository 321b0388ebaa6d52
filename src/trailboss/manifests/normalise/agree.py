"""Values that more than one object may say: all that say one must say the same."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from trailboss.manifests.reading.place import FieldPlace
from trailboss.manifests.reading.words import show
from trailboss.model.problem import Problem


@dataclass(frozen=True)
class Said:
    """One value for one field of the model (a free name, the same for all that speak of it), and where it stands.

    `text`: the value as people write it, where that is not the value itself.
    """

    field: str
    value: Any
    place: FieldPlace
    text: str = ""

    @property
    def shown(self) -> str:
        return self.text or show(self.value)


def agreed(said: Iterable[Said]) -> dict[str, Said]:
    """Return what is said of each field: the first word counts."""
    first: dict[str, Said] = {}
    for one in said:
        first.setdefault(one.field, one)
    return first


def disagreements(said: Iterable[Said]) -> Iterator[Problem]:
    """Yield every word that differs from the first one of its field."""
    words = tuple(said)
    first = agreed(words)
    for one in words:
        other = first[one.field]
        if one.value != other.value:
            message = f"differs from what {other.place} says of the same"
            yield one.place.problem(message, found=one.shown, allowed=f"{other.shown}, or leave one of them out")
