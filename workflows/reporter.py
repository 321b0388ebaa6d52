"""Keeps the cluster up to date on its change."""

import asyncio

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from trailboss.model.progress import ChangeReport
    from trailboss.workflows.sending import tell_parent


class Reporter:
    """Sends reports one after the other; of several that come while one is on its way, the last counts."""

    def __init__(self) -> None:
        self._wanted: ChangeReport | None = None
        self._told: ChangeReport | None = None
        self._sending: asyncio.Task[None] | None = None

    def tell(self, report: ChangeReport) -> None:
        self._wanted = report
        if self._sending is None and self._wanted != self._told:
            self._sending = asyncio.create_task(self._send())

    async def flush(self) -> None:
        await workflow.wait_condition(lambda: self._sending is None)

    async def _send(self) -> None:
        while self._wanted is not None and self._wanted != self._told:
            self._told = self._wanted
            await tell_parent("report", self._told)
        self._sending = None
