"""When a change that disrupts may begin. An activity, so that the zones' rules of one moment stand in the history."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from temporalio import activity
from temporalio.exceptions import ApplicationError

from trailboss.model.base import Frozen
from trailboss.model.rollout import EVERY_DAY, Window

_AHEAD_DAYS = 8  # a window comes once a week at least; a clock that is put forward may leave one out


class WindowsInput(Frozen):
    """Argument of `next_window`. `at`: the workflow's time."""

    windows: tuple[Window, ...]
    at: datetime


class WindowOpening(Frozen):
    """When the next window opens. `wait_seconds` 0: one is open now; `words`: by the clock of the window's zone."""

    wait_seconds: float = 0
    words: str = ""


@activity.defn
async def next_window(given: WindowsInput) -> WindowOpening:
    """Tell how long it is until a window opens."""
    try:
        return next_opening(given.windows, given.at)
    except ZoneInfoNotFoundError as error:
        raise ApplicationError(str(error), type="BadInput", non_retryable=True) from error


def next_opening(windows: Sequence[Window], now: datetime) -> WindowOpening:
    """Return when the first of these windows opens; without any, it is always open.

    Raises:
        ZoneInfoNotFoundError: this machine knows no such zone.
    """
    found = [(begin, end, window) for window in windows for begin, end in _near(window, now)]
    if not windows or any(begin <= now < end for begin, end, _ in found):
        return WindowOpening()
    begin, _, window = min((one for one in found if one[0] > now), key=lambda one: one[0])
    local = begin.astimezone(ZoneInfo(window.zone))
    words = f"{local:%a %Y-%m-%d %H:%M} {window.zone}"
    return WindowOpening(wait_seconds=(begin - now).total_seconds(), words=words)


def _near(window: Window, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield begin and end, in UTC, of the window's openings from yesterday's on."""
    zone = ZoneInfo(window.zone)
    today = now.astimezone(zone).date()
    for ahead in range(-1, _AHEAD_DAYS):
        day = today + timedelta(days=ahead)
        if EVERY_DAY[day.weekday()] in window.days:
            begin = datetime.combine(day, time.fromisoformat(window.start), zone).astimezone(UTC)
            yield begin, begin + window.duration
