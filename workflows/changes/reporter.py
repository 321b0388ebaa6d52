"""Keeps the cluster up to date on its change."""

import asyncio

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from trailboss.model.progress import ChangeReport
    from trailboss.workflows.calls.sending import tell_parent

_MOST_OF_A_WAIT = 20


class Reporter:
    """Sends reports one after the other; of several that come while one is on its way, the last counts.

    Of a wait that goes on, the first ones alone: it may be long and tell of another second each time, and the cluster's
    history grows for as long.
    """

    def __init__(self) -> None:
        self._more_of_a_wait = 0
        self._wanted: ChangeReport | None = None
        self._told: ChangeReport | None = None
        self._sending: asyncio.Task[None] | None = None

    def tell(self, report: ChangeReport) -> None:
        waits_on = self._wanted is not None and self._wanted.phase == report.phase == "Waiting"
        self._more_of_a_wait = self._more_of_a_wait + (report != self._wanted) if waits_on else 0
        if self._more_of_a_wait > _MOST_OF_A_WAIT:
            return
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
