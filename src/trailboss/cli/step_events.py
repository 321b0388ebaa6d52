"""Which steps a machine's history tells of, and when each began and ended."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from temporalio.api.history.v1 import HistoryEvent

COMPLETED: Final = frozenset({"activity_task_completed_event_attributes"})
ENDED: Final = COMPLETED | {
    "activity_task_failed_event_attributes",
    "activity_task_timed_out_event_attributes",
    "activity_task_canceled_event_attributes",
}


@dataclass(frozen=True)
class EndedStep:
    """`began`: when it was scheduled, in seconds since 1970; `seconds`: from then to its end."""

    name: str
    began: float
    seconds: float
    attempts: int


def ended_steps(events: Iterable[HistoryEvent], ends: frozenset[str] = COMPLETED) -> Iterator[EndedStep]:
    """Yield each step that came to one of these ends, in the order of their ends."""
    scheduled: dict[int, HistoryEvent] = {}
    attempts: dict[int, int] = {}
    for event in events:
        match event.WhichOneof("attributes"):
            case "activity_task_scheduled_event_attributes":
                scheduled[event.event_id] = event
            case "activity_task_started_event_attributes":
                began = event.activity_task_started_event_attributes
                attempts[began.scheduled_event_id] = began.attempt
            case str(kind) if kind in ends:
                key = getattr(event, kind).scheduled_event_id
                yield _ended(scheduled[key], event, attempts.get(key, 1))


def seconds_of(event: HistoryEvent) -> float:
    """Return when it happened, in seconds since 1970."""
    return event.event_time.ToNanoseconds() / 1e9


def _ended(scheduled: HistoryEvent, event: HistoryEvent, attempts: int) -> EndedStep:
    name = scheduled.activity_task_scheduled_event_attributes.activity_type.name
    began = seconds_of(scheduled)
    return EndedStep(name, began, seconds_of(event) - began, attempts)
