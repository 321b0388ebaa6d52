"""The embedded Temporal and one worker, for as long as a block of code needs them."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from types import TracebackType
from typing import Self

from rich.console import Console
from temporalio.client import Client
from temporalio.service import RPCError

from trailboss.lab.scene.clean import forget
from trailboss.lab.temporal import DevOptions, DevServer, DevWorker
from trailboss.lab.temporal.options import DEFAULT_PORT
from trailboss.worker.settings import Settings

_GRACE = timedelta(seconds=20)
_TIDY = timedelta(seconds=10)


class Embedded:
    """Starts both on entry and stops them on exit; with `keep`, a block that ends well leaves them running.

    `client` and `ui_address` are there once entered. The worker's log is `worker.log` beside Temporal's. `anew`: a
    cluster whose workflows from earlier runs are ended before the worker could go on with them, and those of this run
    at its end unless `keep`: otherwise the next `trailboss dev` would go on for a lab that is not there any more.
    """

    client: Client
    worker: DevWorker

    def __init__(
        self, settings: Settings, console: Console, *, keep: bool = False, port: int = DEFAULT_PORT, anew: str = ""
    ) -> None:
        self._settings = settings
        self._console = console
        self._keep = keep
        self._anew = anew
        self.options = DevOptions(home=settings.temporal_home, port=port)
        self.server = DevServer(settings, self.options, self._say)

    @property
    def ui_address(self) -> str:
        return self.options.ui_address

    def new_worker(self) -> DevWorker:
        log = self.options.home / "worker.log"
        return DevWorker(self.options, self._say, log=log, started=self.server.note_worker)

    async def kill_server(self) -> None:
        """End Temporal at once, as a crash would; its database stays, and so does the worker."""
        await self.server.kill()

    async def start_server_again(self) -> None:
        """Start Temporal on the database and the ports that it had."""
        self.client = await self.server.start_again()

    async def __aenter__(self) -> Self:
        self.client = await self.server.start()
        try:
            self.worker = self.new_worker()
            if self._anew:
                await forget(self.client, self._anew)
            self.worker.start()
            await self.worker.wait_ready(self.client, self._settings.task_queue)
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._keep or error is not None:
            await self._stop()

    async def _stop(self) -> None:
        try:
            await self.worker.stop(_GRACE)
            if self._anew and not self._keep:
                await self._forget()
        finally:
            await self.server.stop()

    async def _forget(self) -> None:
        """Tidy the history up; where that fails, the next run does it at its start."""
        with suppress(RPCError, TimeoutError):
            async with asyncio.timeout(_TIDY.total_seconds()):
                await forget(self.client, self._anew)

    def _say(self, words: str) -> None:
        self._console.print(words, markup=False, soft_wrap=True)
