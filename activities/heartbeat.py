import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from temporalio import activity

_LONGEST_SECONDS = 10.0


@asynccontextmanager
async def heartbeating(details: int) -> AsyncIterator[Callable[[int], None]]:
    """Heartbeat three times within each heartbeat timeout while the body runs.

    Yields a function that sends one heartbeat with other details, which the next attempt will see.
    """
    timeout = activity.info().heartbeat_timeout
    every = min(timeout.total_seconds() / 3, _LONGEST_SECONDS) if timeout else _LONGEST_SECONDS
    task = asyncio.create_task(_beat(details, every))
    try:
        yield activity.heartbeat
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _beat(details: int, every: float) -> None:
    while True:
        activity.heartbeat(details)
        await asyncio.sleep(every)
