"""What must be the case before machines leave service: an operator's approval, an open window."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from trailboss.activities.planning.windows import WindowOpening, WindowsInput, next_window
    from trailboss.model.plan import Plan
    from trailboss.model.rollout import Window
    from trailboss.workflows import policies
    from trailboss.workflows.changes.holds import Holds


async def had_to_wait(holds: Holds, plan: Plan) -> bool:
    """Wait until the plan may disrupt; False if it might at once. Else what it was computed from is old by now.

    Raises:
        Stopped: the change stops instead.
    """
    waited = False
    if plan.approval and not holds.approved:
        await holds.approval(_question(plan))
        waited = True
    while opening := await next_opening(plan.windows):
        message = f"Waiting for the next window, which opens {opening.words}"
        await holds.wait(message, timedelta(seconds=opening.wait_seconds), eagerly=False)
        waited = True
    return waited


async def next_opening(windows: tuple[Window, ...]) -> WindowOpening | None:
    """Return when the next window opens, None if one is open now, or if there are none."""
    if not windows:
        return None
    opening = await workflow.execute_activity(
        next_window,
        WindowsInput(windows=windows, at=workflow.now()),
        summary="is a window open, or when does the next one open?",
        start_to_close_timeout=policies.WINDOW,
        retry_policy=policies.PATIENT,
    )
    return opening if opening.wait_seconds > 0 else None


def _question(plan: Plan) -> str:
    parts = [
        f"{stage.name} ({', '.join(operation.machine for operation in stage.operations)})"
        for stage in plan.stages
        if stage.disrupts
    ]
    return f"{'; '.join(parts)}, to Kubernetes {plan.kubernetes_version}"
