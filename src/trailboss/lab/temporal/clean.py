"""Ends whatever of `trailboss dev` still runs, in good order; `make clean-lab` calls this module."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from trailboss.lab.temporal import leftover
from trailboss.lab.temporal.options import DevOptions
from trailboss.worker.settings import Settings, load_settings
from trailboss.worker.temporal import record
from trailboss.worker.temporal.process import Process

_GRACE = timedelta(seconds=40)  # an owner that is told to stop first lets its worker and then its server end


async def stop_all(settings: Settings, report: Callable[[str], None]) -> None:
    """End the `trailboss dev` that is recorded, then what a killed one left behind. History is kept."""
    found = record.read(settings.temporal_home)
    if found:
        await _end("trailboss dev", found.owner, report)
        await _end("worker", found.worker, report)
    left = leftover.find(DevOptions(home=settings.temporal_home))
    await _end("Temporal", left.process if left else None, report)
    record.remove(settings.temporal_home)


async def _end(what: str, process: Process | None, report: Callable[[str], None]) -> None:
    if process and process.alive:
        report(f"stopping {what} (pid {process.pid})")
        if not await leftover.end(process, _GRACE):
            report(f"{what} did not stop within {_GRACE.seconds} s and was killed")


if __name__ == "__main__":
    asyncio.run(stop_all(load_settings(), print))
