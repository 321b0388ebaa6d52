"""How long a step takes: as it was measured here, else as the shipped table says, scaled where it brings something."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from statistics import median, quantiles
from typing import Final, Literal, NamedTuple

from trailboss.model.base import Frozen
from trailboss.plan.estimate import table

Place = Literal["alone", "several", "worker"]
"""Where: on the only control plane, on one of several, on a worker. "worker" also for steps of the whole cluster."""

_FETCHING: Final = frozenset(("packages", "binaries", "staged-binaries", "images"))
"""These take what network, disk and processor give. All others mostly wait for something to come up, by time-outs and
back-offs that are the same everywhere: the table's times of them are not scaled."""
_FEW: Final = 4
_SLOWEST, _QUICKEST = 4.0, 0.25
"""Bounds of the scale: beyond them, whatever was measured was something else than a quick or slow machine."""


class Sample(Frozen):
    """One step that was carried out well. `tries` above 1: an attempt failed, and the pauses are in the time."""

    step: str
    operation: str
    place: Place
    seconds: float
    tries: int = 1


class Key(NamedTuple):
    step: str
    operation: str
    place: Place


class Duration(NamedTuple):
    """Seconds: as quick as it mostly is, in between, as slow as it mostly is. `measured`: here, not by the table."""

    low: float
    typical: float
    high: float
    measured: bool = False


@dataclass(frozen=True)
class Durations:
    """What was measured here. Steps that needed several attempts count only where no others are known."""

    samples: tuple[Sample, ...] = ()

    def of(self, step: str, operation: str, place: Place) -> Duration | None:
        """Return how long a step takes, None where nobody has measured it."""
        key = Key(step, operation, place)
        if found := self._own.get(key):
            return _spread(found)
        if row := _row(key):
            scale = self._scale(step)
            return Duration(row[0] * scale, row[1] * scale, row[2] * scale)
        near = [seconds for other, seconds in self._own.items() if other.step == step]
        return _spread([one for seconds in near for one in seconds]) if near else None

    @cached_property
    def _own(self) -> dict[Key, list[float]]:
        well = _grouped(one for one in self.samples if one.tries == 1)
        return {**_grouped(self.samples), **well}

    def _scale(self, step: str) -> float:
        """Return how much slower than the table such steps went here; 1 where that is not known."""
        if step not in _FETCHING:
            return 1.0
        fetched = [(_row(key), seconds) for key, seconds in self._own.items() if key.step in _FETCHING]
        ratios = [median(seconds) / row[1] for row, seconds in fetched if row]
        return min(max(median(ratios), _QUICKEST), _SLOWEST) if ratios else 1.0


def _grouped(samples: Iterable[Sample]) -> dict[Key, list[float]]:
    found: dict[Key, list[float]] = defaultdict(list)
    for one in samples:
        found[Key(one.step, one.operation, one.place)].append(one.seconds)
    return dict(found)


def _row(key: Key) -> table.Row | None:
    return next((table.ROWS[known] for known in _alike(key) if known in table.ROWS), None)


def _alike(key: Key) -> Iterator[tuple[str, str, str]]:
    """Yield the rows of the table that tell of such a step, the nearest first."""
    places = (key.place, "several", "alone", "worker")
    yield from ((key.step, key.operation, place) for place in places)
    others = sorted({row[1] for row in table.ROWS if row[0] == key.step})
    yield from ((key.step, operation, place) for place in places for operation in others)


def _spread(seconds: list[float]) -> Duration:
    """The quartiles; of few, all that there was and a little more."""
    middle = median(seconds)
    if len(seconds) < _FEW:
        return Duration(0.85 * min(seconds), middle, 1.2 * max(seconds), measured=True)
    low, _, high = quantiles(seconds, n=4)
    return Duration(low, middle, high, measured=True)
