"""A cluster that is as it should be is looked at once a day: certificates end, although nobody has pushed anything."""

from collections.abc import Callable
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from trailboss.model.messages import ChangeContext, Due
    from trailboss.model.progress import ClusterStatus
    from trailboss.workflows import patches, policies

_ONCE_MORE = RetryPolicy(initial_interval=timedelta(seconds=5), maximum_attempts=2)  # a push must not wait for it


async def wait(wakes: Callable[[], bool]) -> bool:
    """Wait until `wakes` holds; False if a day has passed before that."""
    if not workflow.patched(patches.EVERY_DAY):
        await workflow.wait_condition(wakes)
        return True
    if wakes():
        return True
    try:
        await workflow.wait_condition(wakes, timeout=policies.LOOK_EVERY, timeout_summary="look again in a day")
    except TimeoutError:
        return False
    return True


async def look(state: ClusterStatus) -> Due:
    """Look at a cluster that was brought to its end; one that was not has its operator."""
    if state.phase != "Ready" or state.paused or state.applied is None:
        return Due()
    try:
        due: Due = await workflow.execute_activity(
            "look_again",
            ChangeContext(cluster=state.name, revision=state.applied, fence=0, initialised_before=True),
            result_type=Due,
            summary="is something due?",
            start_to_close_timeout=policies.LOOK,
            heartbeat_timeout=policies.HEARTBEAT,
            retry_policy=_ONCE_MORE,
        )
    except ActivityError:
        return Due()  # as after a look at hosts that do not answer: tomorrow is early enough
    failed = tuple(f"addon {one.name} is not there" for one in state.addons if one.problem)
    return due.model_copy(update={"reasons": (*due.reasons, *failed)})
