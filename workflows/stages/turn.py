"""One machine's turn in its stage: the slot that it holds, and the operator's words about it."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from temporalio import workflow
from temporalio.workflow import ChildWorkflowHandle

with workflow.unsafe.imports_passed_through():
    from trailboss.model.control import Control
    from trailboss.model.progress import OperationProgress, StepState
    from trailboss.workflows import patches
    from trailboss.workflows.calls.sending import send
    from trailboss.workflows.changes.holds import Holds, Stopped
    from trailboss.workflows.machine import MachineWorkflow

_DRAINS_END_IN = timedelta(minutes=1)  # as most do; one that is blocked must not keep a newer revision waiting
_STOP = Control(action="abort")

Machine = ChildWorkflowHandle[MachineWorkflow, OperationProgress]


class Turn:
    def __init__(self, slots: asyncio.Semaphore, holds: Holds, machine: str) -> None:
        self._slots, self._holds, self._machine = slots, holds, machine
        self._mine = False
        self._told_to_stop = False

    async def take(self) -> None:
        if not self._mine:
            await self._slots.acquire()
            self._mine = True

    def give_up(self) -> None:
        if self._mine:
            self._slots.release()
            self._mine = False

    async def attend(self, child: Machine, show: Callable[[StepState], None]) -> None:
        """Pass on what the machine has to hear, until its operation has ended; while it is held, others go on."""
        try:
            await self._attend(child, show)
        finally:
            self._holds.held.pop(self._machine, None)

    async def _attend(self, child: Machine, show: Callable[[StepState], None]) -> None:
        while not child.done():
            await workflow.wait_condition(lambda: self._wakes(child) or self._has_to_stop)
            if child.done():
                return
            if self._machine in self._holds.held:
                await self._ask(child, show)
            elif self._holds.skips(self._machine):
                await self._say(child, self._holds.answers.pop(self._machine))
            else:
                await self._stop(child)

    async def _ask(self, child: Machine, show: Callable[[StepState], None]) -> None:
        """Wait for the operator without a slot; the machine hears the answer once it has a slot again."""
        show("held")
        self.give_up()
        await workflow.wait_condition(lambda: child.done() or bool(self._holds.stopping) or self._answered)
        if workflow.patched(patches.ANSWERED):
            self._holds.held.pop(self._machine, None)
        if self._answered and not self._holds.skips(self._machine):
            await self.take()
            with suppress(Stopped):
                await self._holds.safe_point()
        self._holds.held.pop(self._machine, None)
        word = self._holds.answers.pop(self._machine, _STOP)
        show("running")
        await self._say(child, _STOP if self._holds.stopping and word.action == "approve" else word)

    async def _stop(self, child: Machine) -> None:
        """Tell the machine to stop, unless it ends or is held in the time that a newer revision leaves it."""
        if not self._holds.aborted:
            with suppress(TimeoutError):
                await workflow.wait_condition(
                    lambda: self._wakes(child) or self._holds.aborted,
                    timeout=_DRAINS_END_IN,
                    timeout_summary=f"a newer revision waits; {self._machine} may end its drain before",
                )
        if not self._wakes(child):
            self._told_to_stop = True
            await self._say(child, _STOP)

    async def _say(self, child: Machine, word: Control) -> None:
        if not child.done():
            await send(child, MachineWorkflow.obey.__name__, word)

    def _wakes(self, child: Machine) -> bool:
        return child.done() or self._machine in self._holds.held or self._holds.skips(self._machine)

    @property
    def _answered(self) -> bool:
        return self._machine in self._holds.answers

    @property
    def _has_to_stop(self) -> bool:
        return bool(self._holds.stopping) and not self._told_to_stop
