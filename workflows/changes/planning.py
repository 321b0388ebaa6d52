"""Gets a plan, and judges whether it can be carried out now and whether another has to follow it."""

from collections.abc import Collection
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from trailboss.model.messages import ChangeContext
    from trailboss.model.plan import Plan
    from trailboss.workflows import patches, policies
    from trailboss.workflows.changes.holds import Holds, Stopped

MOST_PLANS = 16  # one for API servers and one for kubelets of each of five minors, a few for joins and removals
_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(minutes=1)
_GROWTH = 1.7


async def observe(context: ChangeContext, holds: Holds) -> Plan:
    """Observe all machines and compute the plan.

    Raises:
        Stopped: the change stops; nothing was changed by this.
    """
    running = workflow.start_activity(
        "plan_change",
        context,
        result_type=Plan,
        summary="observe all machines, compute the plan",
        start_to_close_timeout=policies.PLAN,
        heartbeat_timeout=policies.HEARTBEAT,
        retry_policy=policies.PATIENT,
    )
    await workflow.wait_condition(lambda: running.done() or bool(holds.stopping))
    if not running.done():
        running.cancel()
        raise Stopped(holds.stopping)
    plan: Plan = await running
    return plan


def waits_for(plan: Plan, skipped: Collection[str]) -> str:
    """Say what has to come by itself before this plan, or one like it, can be carried out; "" if nothing has to."""
    if plan.refusals and all(refusal.temporary for refusal in plan.refusals):
        return "Waiting until this is over: " + "; ".join(refusal.reason for refusal in plan.refusals)
    away = [machine for machine in plan.postponed if machine not in skipped]
    if away and plan.changes_nothing:
        return f"Waiting for {', '.join(away)} to answer; all others are done"
    return ""


def leads_on(plan: Plan) -> bool:
    """True if another plan has to follow: further minors, what could only come after this one, machines that were away.

    After machines were out of service, one more look tells that all is as it should be; a destruction has ended once a
    plan finds nothing left.
    """
    upgrades = any(operation.operation == "upgrade" for operation in plan.operations)
    if plan.later_versions or plan.postponed or upgrades or plan.destroys:
        return True
    return any(stage.disrupts for stage in plan.stages) and workflow.patched(patches.LOOKS_AGAIN)


def longer(pause: timedelta | None) -> timedelta:
    """Return the pause after this one; None: the first."""
    return min(pause * _GROWTH, _LONGEST_PAUSE) if pause else _FIRST_PAUSE
