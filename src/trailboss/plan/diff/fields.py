"""Two values of one field → in what they differ. Knows values' shapes, not what the fields mean."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trailboss.model.base import Frozen
from trailboss.plan.diff.values import HIDDEN, is_leaf, shown

_KEYS = ("name", "path", "key")  # by which entries of a list are told apart
_MADE = frozenset(("digest", "files", "needs"))  # of an addon: what its files come to, which no manifest says itself


@dataclass(frozen=True)
class Change:
    """One difference. `path`: fields of the model; `key`: of an entry in a mapping or list, "" for the field itself.

    `before`, `after`: short texts; None: it was not there, or is not there any more.
    """

    path: tuple[str, ...]
    key: str = ""
    before: str | None = None
    after: str | None = None


def changes(path: tuple[str, ...], before: Any, after: Any) -> Iterator[Change]:  # noqa: ANN401 - any field's value
    """Yield every difference between two values of the field at `path`; none if, and only if, they are equal."""
    if before == after and type(before) is type(after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _mappings(path, before, after)
    elif isinstance(before, tuple | list) and isinstance(after, tuple | list):
        yield from _lists(path, before, after)
    elif type(before) is type(after) and not is_leaf(before):
        for name in type(before).model_fields:
            yield from changes((*path, name), getattr(before, name), getattr(after, name))
    else:
        yield _whole(path, before, after)


def _whole(path: tuple[str, ...], before: object, after: object, key: str = "") -> Change:
    return Change(path, key, shown(before, key or path[-1]), shown(after, key or path[-1]))


def _mappings(
    path: tuple[str, ...], before: Mapping[str, Any], after: Mapping[str, Any], above: str = ""
) -> Iterator[Change]:
    """Compare key by key, mappings within likewise: keys are joined by dots."""
    for name in sorted({*before, *after}, key=str):
        key = f"{above}.{name}" if above else str(name)
        old, new = before.get(name), after.get(name)
        if name not in after:
            yield Change(path, key, shown(old, key))
        elif name not in before:
            yield Change(path, key, after=shown(new, key))
        elif isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _mappings(path, old, new, key)
        elif old != new:
            yield _whole(path, old, new, key)
    # Equal but for types (1 and true) are equal to Python, too; the caller has ruled out that all is equal.


def _lists(path: tuple[str, ...], before: Sequence[Any], after: Sequence[Any]) -> Iterator[Change]:
    old, new = _keyed(before), _keyed(after)
    if old is None or new is None:
        yield from _plain_lists(path, before, after)
        return
    for key in sorted({*old, *new}):
        if key not in new:
            yield Change(path, key, key)
        elif key not in old:
            yield Change(path, key, after=key)
        elif old[key] != new[key]:
            yield from _entry(path, key, old[key], new[key])
    if list(old) != list(new) and old.keys() == new.keys():
        yield Change(path, "", "one order", "another order")


def _entry(path: tuple[str, ...], key: str, before: Frozen, after: Frozen) -> Iterator[Change]:
    """Compare two entries of one key field by field; that the files behind one differ is told if nothing else is."""
    differing = [name for name in type(before).model_fields if getattr(before, name) != getattr(after, name, None)]
    told = [name for name in differing if name not in _MADE]
    for name in told:
        yield Change(path, f"{key} {name}", shown(getattr(before, name), name), shown(getattr(after, name), name))
    if not told:
        yield Change(path, f"{key} content", HIDDEN, HIDDEN)


def _plain_lists(path: tuple[str, ...], before: Sequence[Any], after: Sequence[Any]) -> Iterator[Change]:
    old, new = list(before), list(after)
    gone = [one for one in old if one not in new]
    come = [one for one in new if one not in old]
    for one in gone:
        yield Change(path, shown(one, path[-1]), shown(one, path[-1]))
    for one in come:
        yield Change(path, shown(one, path[-1]), after=shown(one, path[-1]))
    if not gone and not come:
        yield Change(path, "", "one order", "another order")


def _keyed(found: Sequence[Any]) -> dict[str, Frozen] | None:
    """Return the entries by their keys, None where they have none, or the same more than once."""
    by_key: dict[str, Frozen] = {}
    for one in found:
        if not isinstance(one, Frozen) or is_leaf(one):
            return None
        key = next((shown(getattr(one, name)) for name in _KEYS if hasattr(one, name)), "")
        if not key or key == HIDDEN or key in by_key:
            return None
        by_key[key] = one
    return by_key
