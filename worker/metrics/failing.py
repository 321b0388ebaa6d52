"""Which kind of failure an attempt ended with: a name of our error tree, so that there are only so many."""

from asyncio import CancelledError
from collections.abc import Iterator

from temporalio.exceptions import ApplicationError
from temporalio.exceptions import CancelledError as TemporalCancelled

from trailboss.model.errors import TrailbossError

UNEXPECTED = "Unexpected"


def _tree(error: type[TrailbossError]) -> Iterator[str]:
    """The lab has errors of its own below these, where it is loaded; no worker ever meets them."""
    yield error.__name__
    for below in error.__subclasses__():
        if below.__module__ == TrailbossError.__module__:
            yield from _tree(below)


KINDS = frozenset(_tree(TrailbossError))


def kind_of(error: BaseException) -> str:
    """Return the name of our error that this is or stands for, "" for a cancellation, "Unexpected" for all else."""
    if isinstance(error, CancelledError | TemporalCancelled):
        return ""
    name = (error.type or "") if isinstance(error, ApplicationError) else type(error).__name__
    return name if name in KINDS else UNEXPECTED
