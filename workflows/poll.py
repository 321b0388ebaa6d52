from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy, SearchAttributeKey
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from trailboss.activities.git.poll import PollActivities
    from trailboss.model import names
    from trailboss.model.messages import PollActivityInput, PollInput, PollResult
    from trailboss.plan.poll_report import poll_report
    from trailboss.workflows.presentation.shown import show

_PROBLEM = SearchAttributeKey.for_keyword(names.ATTRIBUTE_PROBLEM)
_LONGEST_PROBLEM = 200  # characters: a title to filter by; the details have it all
_LONGEST = timedelta(seconds=150)  # git/ ends a transfer after 110 s; only a first fetch takes more than seconds
_HEARTBEAT = timedelta(seconds=10)  # a worker that dies in a poll is noticed after this time
_PAUSE = timedelta(seconds=1)
_LONGEST_PAUSE = timedelta(seconds=10)


@workflow.defn
class PollWorkflow:
    """One look at a repository, started by its schedule.

    It never fails for what it finds: a problem is in the result, next to the last good state, which the next poll
    goes on from.
    """

    @workflow.run
    async def run(self, poll: PollInput) -> PollResult:
        previous = _previous()
        show(f"⏳ Fetching `{poll.repository.url}`, branch `{poll.repository.branch}`.")
        try:
            result = await self._poll(poll, previous)
        except ActivityError as error:
            reason = f"the poll failed: {error.cause or error}"
            result = previous.model_copy(update={"problem": reason, "submitted": ()})
        show(poll_report(poll.repository, result))
        if result.problem:
            workflow.upsert_search_attributes([_PROBLEM.value_set(result.problem[:_LONGEST_PROBLEM])])
        return result

    async def _poll(self, poll: PollInput, previous: PollResult) -> PollResult:
        interval = timedelta(seconds=poll.repository.interval_seconds)
        return await workflow.execute_activity_method(
            PollActivities.poll_repository,
            PollActivityInput(repository=poll.repository, previous=previous),
            start_to_close_timeout=_LONGEST,
            schedule_to_close_timeout=max(interval, _LONGEST),
            heartbeat_timeout=_HEARTBEAT,
            retry_policy=RetryPolicy(initial_interval=_PAUSE, maximum_interval=_LONGEST_PAUSE),
            summary=f"fetch {poll.repository.name}, submit what changed",
        )


def _previous() -> PollResult:
    """Return the result of the schedule's last poll; Temporal carries it over updates and manual triggers."""
    if not workflow.has_last_completion_result():
        return PollResult()
    return workflow.get_last_completion_result(PollResult) or PollResult()
