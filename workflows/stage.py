"""Carries out one stage of a plan: its machines one at a time, or several at once, with a safe point before each."""

import asyncio
from typing import Protocol

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, ChildWorkflowError

with workflow.unsafe.imports_passed_through():
    from trailboss.model import names
    from trailboss.model.messages import ChangeContext, MachineInput
    from trailboss.model.plan import MachineOperation, Stage
    from trailboss.workflows.ledger import Ledger
    from trailboss.workflows.machine import MachineWorkflow


class Superseded(Exception):
    """A newer revision waits, and this change stops at a safe point."""


class Change(Protocol):
    """What a stage needs of the change that it belongs to."""

    ledger: Ledger

    async def safe_point(self) -> None: ...

    def show(self) -> None: ...


async def carry_out(change: Change, context: ChangeContext, stage: Stage) -> None:
    """Run the stage's operations, at most `stage.parallel` at once; those under way always end before this returns.

    Raises:
        Superseded: a newer revision waits; nothing of this stage is still under way.
    """
    slots = asyncio.Semaphore(stage.parallel)
    waiting = [_with_slot(change, context, operation, slots) for operation in stage.operations]
    superseded = [result for result in await asyncio.gather(*waiting) if result]
    if superseded:
        raise Superseded


async def _with_slot(
    change: Change, context: ChangeContext, operation: MachineOperation, slots: asyncio.Semaphore
) -> bool:
    """Return True if the operation did not begin because a newer revision waits."""
    async with slots:
        try:
            await change.safe_point()
        except Superseded:
            return True
        if not change.ledger.stopped and change.ledger.takes_part(operation):
            await _operate(change, context, operation)
        return False


async def _operate(change: Change, context: ChangeContext, operation: MachineOperation) -> None:
    change.ledger.mark(operation, "running")
    change.show()
    try:
        await workflow.execute_child_workflow(
            MachineWorkflow.run,
            MachineInput(context=context, operation=operation),
            id=names.machine_id(context.cluster, context.revision.commit, operation.machine, operation.operation),
            static_summary=f"{operation.operation} {operation.machine}",
        )
        change.ledger.mark(operation, "done")
    except ChildWorkflowError as error:
        change.ledger.mark(operation, "failed", f"{operation.machine}: {_reason(error)}")
    change.show()


def _reason(error: BaseException) -> str:
    """Return the innermost words of a failed child: what the host said, not what Temporal wrapped around it."""
    reason = str(error)
    cause: BaseException | None = error
    while isinstance(cause, ChildWorkflowError | ActivityError) and cause.cause:
        cause = cause.cause
    return str(cause.message) if isinstance(cause, ApplicationError) else reason
