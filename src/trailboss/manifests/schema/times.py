"""Durations, times of day and time zones as manifests write them."""

import re
from datetime import timedelta
from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field

from trailboss.manifests.schema import seen
from trailboss.manifests.schema.seen import Seen, like
from trailboss.manifests.schema.texts import refuse
from trailboss.manifests.suggest import did_you_mean

# Without ms and fractions: Kubernetes has grace periods in whole seconds, and a half would come to none.
_DURATION = re.compile(r"(?=\d)((?P<hours>\d{1,5})h)?((?P<minutes>\d{1,5})m)?((?P<seconds>\d{1,5})s)?", re.ASCII)
_DURATIONS = "hours, minutes and seconds, each with its unit: 90s, 10m, 1h30m"
_TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_NO_PLACE = {"localtime", "Factory"}
"""Files beside the zones, which mean another time on each host."""


def duration_text(duration: timedelta) -> str:
    """Write whole seconds as Kubernetes does: 90 seconds are "1m30s", none are "0s"."""
    minutes, seconds = divmod(int(duration.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = (f"{hours}h" if hours else "", f"{minutes}m" if minutes else "", f"{seconds}s" if seconds else "")
    return "".join(parts) or "0s"


def _duration(value: object) -> timedelta:
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise refuse("a duration needs a unit", _DURATIONS)
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if not match:
        raise refuse("not a duration", _DURATIONS)
    return timedelta(**{unit: int(number) for unit, number in match.groupdict(default="0").items()})


def _time_of_day(text: str) -> str:
    if not _TIME_OF_DAY.fullmatch(text):
        raise refuse("not a time of day", 'HH:MM from "00:00" to "23:59", such as "22:00" or "06:30"')
    return text


@cache
def _zones() -> frozenset[str]:
    # UTC, the default, needs no file.
    return frozenset((available_timezones() - _NO_PLACE) | {"UTC"})


def _zone(text: str) -> str:
    if text not in _zones():
        allowed = "a name of the time zone database, such as Europe/Berlin, or UTC"
        raise refuse(f"not a time zone{did_you_mean(text, sorted(_zones()))}", allowed)
    return text


_SEEN = Seen({"type": "string", "pattern": seen.DURATION, "minLength": 2})
_SEEN_POSITIVE = Seen({**_SEEN.keywords, "not": {"pattern": seen.NONE_AT_ALL}})
Duration = Annotated[timedelta, BeforeValidator(_duration), _SEEN]
PositiveDuration = Annotated[Duration, Field(ge=timedelta(seconds=1)), _SEEN_POSITIVE]
TimeOfDay = Annotated[str, AfterValidator(_time_of_day), like(seen.TIME_OF_DAY)]
Zone = Annotated[str, AfterValidator(_zone)]
