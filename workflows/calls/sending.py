"""Signals from one workflow to another."""

from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError
from temporalio.workflow import ChildWorkflowHandle, ExternalWorkflowHandle

with workflow.unsafe.imports_passed_through():
    from trailboss.model.base import Frozen


async def send(
    to: ChildWorkflowHandle[Any, Any] | ExternalWorkflowHandle[Any], signal: str, said: Frozen | None = None
) -> None:
    """Signal another workflow; one that has ended by then needs no word any more."""
    try:
        await to.signal(signal, args=[said] if said else [])
    except ApplicationError:
        workflow.logger.info("nobody there any more for the signal %s", signal)


async def tell_parent(signal: str, said: Frozen) -> None:
    """Signal the workflow that has started this one; there is none where it was started by hand."""
    parent = workflow.info().parent
    if parent is not None:
        await send(workflow.get_external_workflow_handle(parent.workflow_id), signal, said)
