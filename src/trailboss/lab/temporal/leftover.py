"""Finds servers of ours whose `trailboss dev` was killed: by the database that only ours would open."""

import asyncio
import signal
from datetime import timedelta
from pathlib import Path

from trailboss.lab.temporal.options import DevOptions
from trailboss.model.base import Frozen
from trailboss.worker.temporal import record
from trailboss.worker.temporal.process import Process

_POLL = 0.05


class Leftover(Frozen):
    """A server that still runs on our database, and where it listens."""

    process: Process
    address: str
    ui: str


def find(options: DevOptions) -> Leftover | None:
    """Return the server that has `options.database` open: the recorded one, or one killed before it was recorded."""
    recorded = record.read(options.home)
    if recorded and recorded.server and recorded.server.alive:
        return Leftover(process=recorded.server, address=recorded.address, ui=recorded.ui)
    for folder in Path("/proc").glob("[0-9]*"):
        words = _command_line(folder)
        if str(options.database) in words and "start-dev" in words:
            port, ui_port = _after(words, "--port"), _after(words, "--ui-port")
            ui = f"http://127.0.0.1:{ui_port}" if ui_port else ""
            return Leftover(process=Process.of(int(folder.name)), address=f"127.0.0.1:{port}", ui=ui)
    return None


async def end(process: Process, grace: timedelta) -> bool:
    """Ask a process to end, and end it after `grace`; returns False if it had to be killed."""
    process.signal(signal.SIGTERM)
    if await _gone(process, grace):
        return True
    process.signal(signal.SIGKILL)
    await _gone(process, timedelta(seconds=5))
    return False


async def _gone(process: Process, within: timedelta) -> bool:
    for _ in range(int(within.total_seconds() / _POLL) + 1):
        if not process.alive:
            return True
        await asyncio.sleep(_POLL)
    return False


def _command_line(folder: Path) -> list[str]:
    try:
        return (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:  # it ended meanwhile, or is another user's
        return []


def _after(words: list[str], option: str) -> str:
    return words[words.index(option) + 1] if option in words else ""
