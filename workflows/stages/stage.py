"""Carries out one stage of a plan: its machines one at a time, or several at once, with a safe point before each."""

import asyncio
from typing import Protocol

from temporalio import workflow
from temporalio.exceptions import ChildWorkflowError
from temporalio.workflow import ParentClosePolicy

with workflow.unsafe.imports_passed_through():
    from trailboss.model import names
    from trailboss.model.messages import ChangeContext, MachineInput
    from trailboss.model.plan import MachineOperation, Stage
    from trailboss.model.progress import StepState
    from trailboss.model.rollout import Window
    from trailboss.plan import titles
    from trailboss.workflows import patches
    from trailboss.workflows.changes.holds import Holds, Stopped
    from trailboss.workflows.changes.ledger import Ledger
    from trailboss.workflows.machine import MachineWorkflow
    from trailboss.workflows.presentation import problems
    from trailboss.workflows.stages.groups import Group
    from trailboss.workflows.stages.permission import next_opening
    from trailboss.workflows.stages.soak import soak
    from trailboss.workflows.stages.turn import Machine, Turn


class Change(Protocol):
    """What a stage needs of the change that it belongs to."""

    ledger: Ledger
    holds: Holds

    def show(self) -> None: ...


class StageRun:
    """One stage under way, or one group of it.

    `windows`: when its workers may leave service, if it disrupts; none: at any time.
    """

    def __init__(
        self, change: Change, context: ChangeContext, stage: Stage, group: Group, windows: tuple[Window, ...]
    ) -> None:
        self._change, self._context, self._stage, self._group = change, context, stage, group
        self._windows = windows if stage.disrupts else ()
        self._slots = asyncio.Semaphore(stage.parallel)
        self._stopped = False
        self._window_closed = False

    async def carry_out(self) -> bool:
        """Run the operations, at most `parallel` at once; those under way always end before this returns.

        False: the window closed before all had begun. Control planes do not stop for that: they are not to be left in
        two versions until the next one.

        Raises:
            Stopped: the change stops; nothing of this stage is still under way.
        """
        operations = list(self._group)
        if self._stage.first_alone and operations[:1] == list(self._stage.operations[:1]):
            await self._first_alone(operations)
        await asyncio.gather(*map(self._in_turn, operations))
        if self._change.ledger.problems and workflow.patched(patches.AFTER_FAILURES):
            self._change.ledger.check_budget(self._stage)
        if self._stopped:
            raise Stopped(self._change.holds.stopping)
        return not self._window_closed

    async def _first_alone(self, operations: list[MachineOperation]) -> None:
        """Take operations off the list, one at a time, until one has gone well."""
        while operations:
            first = operations.pop(0)
            await self._in_turn(first)
            if self._change.ledger.is_done(first) or not workflow.patched(patches.AFTER_FAILURES):
                return

    async def _in_turn(self, operation: MachineOperation) -> None:
        turn = Turn(self._slots, self._change.holds, operation.machine)
        await turn.take()
        try:
            await self._change.holds.safe_point()
            if self._may_begin(operation) and await self._is_in_time(operation):
                await self._operate(operation, turn)
        except Stopped:
            self._stopped = True
        finally:
            turn.give_up()

    def _may_begin(self, operation: MachineOperation) -> bool:
        ledger, holds = self._change.ledger, self._change.holds
        ledger.check_budget(self._stage)
        if ledger.stopped or not ledger.takes_part(operation):
            return False
        if holds.skips(operation.machine):
            word = holds.answers.pop(operation.machine)
            self._mark(operation, "skipped", problems.skipped_before(self._context.cluster, operation, word))
            return False
        return True

    async def _is_in_time(self, operation: MachineOperation) -> bool:
        if operation.role != "worker" or not self._windows or not workflow.patched(patches.WINDOW_CLOSES):
            return True
        self._window_closed = self._window_closed or await next_opening(self._windows) is not None
        return not self._window_closed

    async def _operate(self, operation: MachineOperation, turn: Turn) -> None:
        self._mark(operation, "running")
        child = await self._start(operation)
        await turn.attend(child, lambda state: self._mark(operation, state))
        try:
            ended = await child
        except ChildWorkflowError as error:
            self._mark(operation, "failed", problems.lost(self._context.cluster, operation, error))
            return
        if ended.state == "done":
            await self._soak(operation)
        else:
            self._mark(operation, ended.state, ended.problem, step=ended.step, done=ended.steps_done)
            self._stopped = self._stopped or bool(self._change.holds.stopping)

    async def _start(self, operation: MachineOperation) -> Machine:
        cluster, commit = self._context.cluster, self._context.revision.commit
        return await workflow.start_child_workflow(
            MachineWorkflow.run,
            MachineInput(context=self._context, operation=operation),
            id=names.machine_id(cluster, commit, operation.machine, operation.operation),
            parent_close_policy=ParentClosePolicy.REQUEST_CANCEL,  # it gives its machine back before it ends
            **titles.machine(self._context, operation),
        )

    async def _soak(self, operation: MachineOperation) -> None:
        self._mark(operation, "running", step="soak", done=len(operation.steps))
        problem = await soak(self._change.holds, self._context, operation, self._stage.soak_seconds)
        self._mark(operation, "failed" if problem else "done", problem, step="soak" if problem else "")

    def _mark(
        self, operation: MachineOperation, state: StepState, problem: str = "", *, step: str = "", done: int = 0
    ) -> None:
        self._change.ledger.mark(operation, state, problem, step=step, done=done)
        self._change.show()
