from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from trailboss.activities.planning.windows import WindowOpening, next_opening
from trailboss.model.rollout import Window

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = Window(days=("Sat", "Sun"), start="22:00", duration=timedelta(hours=4), zone="Europe/Berlin")


def opening(now: str, *windows: Window) -> tuple[float, str]:
    """Return (hours to wait, words); `now` by Berlin's clock. 2026-03-28 is a Saturday."""
    found = next_opening(windows, datetime.fromisoformat(now).replace(tzinfo=BERLIN).astimezone(ZoneInfo("UTC")))
    return found.wait_seconds / 3600, found.words


@pytest.mark.parametrize(
    ("now", "hours", "words"),
    [
        ("2026-03-27T22:00", 24, "Sat 2026-03-28 22:00 Europe/Berlin"),
        ("2026-03-28T22:00", 0, ""),
        ("2026-03-29T01:59", 0, ""),  # it began the day before
        ("2026-03-29T03:30", 18.5, "Sun 2026-03-29 22:00 Europe/Berlin"),  # its four hours were over at 03:00
        ("2026-03-30T02:00", 116 + 24, "Sat 2026-04-04 22:00 Europe/Berlin"),
    ],
)
def test_the_next_opening_of_a_weekends_nights(now: str, hours: float, words: str) -> None:
    assert opening(now, NIGHT) == (hours, words)


def test_a_window_keeps_its_length_when_clocks_are_put_forward() -> None:
    assert opening("2026-03-29T03:01", NIGHT)[0] > 0
    assert opening("2026-03-28T22:01", NIGHT)[0] == 0


def test_the_first_of_several_counts() -> None:
    noon = Window(start="12:00", duration=timedelta(hours=1))
    assert opening("2026-03-27T10:00", NIGHT, noon) == (3, "Fri 2026-03-27 12:00 UTC")


def test_without_windows_it_is_always_open() -> None:
    assert next_opening((), datetime.now(BERLIN)) == WindowOpening()


def test_a_window_of_a_whole_day_never_closes() -> None:
    always = Window(start="06:00", duration=timedelta(days=1), zone="Asia/Tokyo")
    assert opening("2026-03-29T03:01", always)[0] == 0
