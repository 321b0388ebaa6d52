"""Runs one step's activity on one machine."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.exceptions import FailureError
from temporalio.workflow import ActivityCancellationType, ActivityHandle

with workflow.unsafe.imports_passed_through():
    from trailboss.model.messages import ChangeContext, StepInput, StepResult
    from trailboss.plan.titles import fitting
    from trailboss.workflows import policies


def start(
    context: ChangeContext,
    machine: str,
    step: str,
    *,
    force: bool = False,
    why: str = "",
    within: timedelta | None = None,
) -> ActivityHandle[StepResult]:
    """Start a step, to be tried again without end, or until `within` is over.

    `why`: what it is for, such as the plan's reason; `force` as in StepInput.
    """
    policy = policies.STEPS[step]
    return workflow.start_activity(
        step,
        StepInput(context=context, machine=machine, step=step, force=force),
        result_type=StepResult,
        summary=fitting(f"{machine}: {policy.words}{f', {why}' if why else ''}"),
        start_to_close_timeout=policy.longest,
        schedule_to_close_timeout=within,
        heartbeat_timeout=policies.HEARTBEAT,
        retry_policy=policies.PATIENT,
        cancellation_type=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    )


async def cancel(attempt: ActivityHandle[Any]) -> None:
    """Cancel an activity and wait until nothing of it runs here any more; one that has ended stays as it is."""
    if not attempt.done():
        attempt.cancel()
        with suppress(FailureError):
            await attempt
