"""Asks an activity something that changes nothing, within a time: who has asked is waiting."""

from datetime import timedelta
from typing import TypeVar

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from trailboss.model.base import Frozen
    from trailboss.plan.titles import fitting
    from trailboss.workflows import policies

Answer = TypeVar("Answer")


async def ask(activity: str, given: Frozen, answer: type[Answer], *, summary: str, within: timedelta) -> Answer:
    """Return the answer, tried again until `within` is over."""
    found: Answer = await workflow.execute_activity(
        activity,
        given,
        result_type=answer,
        summary=fitting(summary),
        start_to_close_timeout=within,
        schedule_to_close_timeout=within,
        heartbeat_timeout=policies.HEARTBEAT,
        retry_policy=policies.PATIENT,
    )
    return found
