import asyncio
import os
import signal
import subprocess
from collections.abc import Callable
from datetime import timedelta
from typing import IO

from temporalio.client import Client

from trailboss.lab.temporal import leftover
from trailboss.lab.temporal.options import DevOptions
from trailboss.lab.temporal.starting import client_of, locked, refuse_taken_ports, spawn
from trailboss.model.errors import TemporalUnreachable
from trailboss.worker.settings import Settings
from trailboss.worker.temporal import record, search_attributes
from trailboss.worker.temporal.connection import connect
from trailboss.worker.temporal.process import Process

_START = timedelta(seconds=60)  # 0.3 s on an idle machine; a long history on a busy disk takes its time
_STOP = timedelta(seconds=15)
_POLL = 0.1
_TAIL = 1500  # characters of the log that an error shows

Report = Callable[[str], None]


class DevServer:
    """Temporal's development server, with history and schedules that survive restarts (SQLite).

    One at a time for each home: the kernel frees the lock of a process that dies. A server that a killed process left
    behind is taken over if it answers, else ended. `process` is only set between `start` and `stop`.
    """

    def __init__(self, settings: Settings, options: DevOptions, report: Report) -> None:
        self.options = options
        self._settings = settings
        self.process: Process | None = None
        self._report = report
        self._child: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None

    async def start(self) -> Client:
        """Start, take over or reach the server; returns a client once it answers and knows our search attributes.

        Raises:
            PermanentError: another `trailboss dev` runs, or a port is taken.
            TemporalUnreachable: the server ended, or does not answer; the message has the end of its log.
        """
        self.options.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = locked(self.options)
        try:
            await self._end_worker()
            client = await self._existing() or await self._take_over() or await self._start_anew()
            await search_attributes.register(client)
        except BaseException:
            await self.stop()
            raise
        self.note_worker(None)
        return client

    def note_worker(self, worker: Process | None) -> None:
        """Record the worker that belongs to this server, so that it can be found should we be killed."""
        written = record.DevRecord(
            address=self.options.address,
            ui=self.options.ui_address,
            owner=Process.of(os.getpid()),
            server=self.process,
            worker=worker,
        )
        record.write(self.options.home, written)

    async def kill(self) -> None:
        """End the server at once, as a crash would; `start_again` goes on with its database."""
        if self.process and self._child:
            self.process.signal(signal.SIGKILL)
            await asyncio.to_thread(self._child.wait)

    async def start_again(self) -> Client:
        """Start a server that was killed, where it listened before. Raises as `start`."""
        client = await self._start_anew()
        left = record.read(self.options.home)
        self.note_worker(left.worker if left else None)
        return client

    async def stop(self) -> None:
        """End the server in good order; does nothing if none was started."""
        if self.process:
            if not await leftover.end(self.process, _STOP):
                self._report(f"Temporal did not stop within {_STOP.seconds} s and was killed; its history is kept")
            if self._child:
                await asyncio.to_thread(self._child.wait)
        self.process = self._child = None
        if self._lock:
            record.remove(self.options.home)
            self._lock.close()
            self._lock = None

    @property
    def alive(self) -> bool:
        """False once our own server has ended; of an existing one nothing is known."""
        return bool(self.options.existing or (self.process and self.process.alive))

    def log_tail(self) -> str:
        try:
            return self.options.log.read_text(errors="replace")[-_TAIL:].strip()
        except OSError:
            return ""

    async def _end_worker(self) -> None:
        left = record.read(self.options.home)
        if left and left.worker and left.worker.alive:
            self._report(f"ending the worker that a killed run left behind (pid {left.worker.pid})")
            await leftover.end(left.worker, self._settings.graceful_shutdown_timeout + _STOP)

    async def _existing(self) -> Client | None:
        return await connect(self._settings, address=self.options.existing) if self.options.existing else None

    async def _take_over(self) -> Client | None:
        found = leftover.find(self.options)
        if not found:
            return None
        client = await client_of(found.address) if found.address == self.options.address else None
        if client:
            self._report(f"taking over the Temporal that a killed run left behind (pid {found.process.pid})")
            self.process = found.process
            return client
        self._report(f"ending a Temporal that a killed run left behind (pid {found.process.pid})")
        await leftover.end(found.process, _STOP)
        return None

    async def _start_anew(self) -> Client:
        await refuse_taken_ports(self.options)
        self._report(f"starting Temporal on {self.options.address} (history in {self.options.database})")
        self._child = spawn(self.options)
        self.process = Process.of(self._child.pid)
        return await self._until_it_answers(self._child)

    async def _until_it_answers(self, child: subprocess.Popen[bytes]) -> Client:
        for attempt in range(int(_START.total_seconds() / _POLL)):
            client = await client_of(self.options.address)
            if client:
                return client
            if child.poll() is not None:
                raise TemporalUnreachable(f"Temporal ended with exit status {child.returncode}: {self.log_tail()}")
            if attempt % 50 == 49:  # noqa: PLR2004 - a word about every five seconds
                self._report(f"waiting for Temporal to answer (at most {_START.seconds} s; log: {self.options.log})")
            await asyncio.sleep(_POLL)
        raise TemporalUnreachable(f"Temporal did not answer within {_START.seconds} s: {self.log_tail()}")
