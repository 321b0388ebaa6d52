"""The one place where our errors become Temporal's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio import activity
from temporalio.exceptions import ApplicationError

from trailboss.activities.heartbeat import heartbeating
from trailboss.model.errors import CommandFailed, PermanentError, TrailbossError

# A command that fails is tried again (a mirror was away, an API server was restarting), but not for ever:
# unlike an unreachable host, it keeps failing for a reason that somebody has to look at.
_COMMAND_FAILURES = 4


@asynccontextmanager
async def attempt() -> AsyncIterator[None]:
    """Frame one attempt of an activity: heartbeats while it runs, and errors in Temporal's terms when it fails.

    Permanent errors are not retried. A failed command is retried until it has failed four times; the count is kept in
    the heartbeat, so that attempts which found the host unreachable do not use it up.

    What is raised has no cause: it would say all a second time, and of a failure that is tried again Temporal keeps
    4 KiB, beyond which status and web UI would show no word of it.
    """
    failures = _command_failures_before()
    async with heartbeating(failures) as beat:
        try:
            yield
        except CommandFailed as error:
            beat(failures + 1)
            raise _mapped(error, final=failures + 1 >= _COMMAND_FAILURES) from None
        except TrailbossError as error:
            raise _mapped(error, final=isinstance(error, PermanentError)) from None


def _command_failures_before() -> int:
    details = activity.info().heartbeat_details
    return int(details[0]) if details else 0


def _mapped(error: TrailbossError, *, final: bool) -> ApplicationError:
    return ApplicationError(str(error), type=type(error).__name__, non_retryable=final)
