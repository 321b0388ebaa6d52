"""A changed machine has to stay well for a while before the next one begins."""

from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from trailboss.model.messages import ChangeContext
    from trailboss.model.plan import MachineOperation
    from trailboss.workflows import policies
    from trailboss.workflows.calls import attempt
    from trailboss.workflows.changes.holds import Holds
    from trailboss.workflows.presentation import problems

_CHECK = "node-ready"


async def soak(holds: Holds, context: ChangeContext, operation: MachineOperation, seconds: float) -> str:
    """Wait, then look whether the node is still Ready; return the problem, "" if it is. A stop ends the wait."""
    if not seconds:
        return ""
    await holds.rest(timedelta(seconds=seconds), f"{operation.machine} has to stay well for {seconds:g} s")
    if holds.stopping or _CHECK not in [step.name for step in operation.steps]:
        return ""
    try:
        within, why = policies.STEPS[_CHECK].longest, f"because it was changed {seconds:g} s ago"
        await attempt.start(context, operation.machine, _CHECK, why=why, within=within)
    except ActivityError as error:
        return problems.did_not_stay_ready(context.cluster, operation, problems.innermost(error))
    return ""
