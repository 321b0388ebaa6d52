"""Waiting, within one attempt, for a condition that comes about by itself."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

from trailboss.model.errors import GateNotHeld, TemporaryError

_PAUSE_SECONDS = 0.4


async def until_nothing(missing: Callable[[], Awaitable[str]], *, within: timedelta) -> None:
    """Ask `missing` again and again until it returns "".

    `missing` returns the words that complete "waiting for …"; a temporary error counts as not yet.

    Raises:
        GateNotHeld: it did not come to that in time; the message has the last words.
    """
    deadline = time.monotonic() + within.total_seconds()
    while True:
        try:
            words = await missing()
        except TemporaryError as error:
            words = f"an answer ({error})"
        if not words:
            return
        if time.monotonic() > deadline:
            raise GateNotHeld(f"waiting for {words}")
        await asyncio.sleep(_PAUSE_SECONDS)
