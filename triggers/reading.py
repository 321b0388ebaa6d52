"""What a schedule tells of its repository and its polls."""

from datetime import datetime

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionExecutionStartWorkflow,
    ScheduleActionStartWorkflow,
    ScheduleDescription,
    ScheduleHandle,
    WorkflowExecutionStatus,
)
from temporalio.service import RPCError, RPCStatusCode

from trailboss.model.messages import PollInput, PollResult, RepositoryStatus
from trailboss.model.revision import Repository

_LOOK_BACK = 3  # polls: the newest may be under way or have been terminated


async def repository_of(client: Client, schedule: Schedule) -> Repository:
    """Return the repository in the argument of the schedule's workflow: the one place where it is kept."""
    action = schedule.action
    if not isinstance(action, ScheduleActionStartWorkflow):
        raise TypeError(f"a schedule of ours starts a workflow, not {action}")
    decoded = await client.data_converter.decode(list(action.args), [PollInput])
    poll: PollInput = decoded[0]
    return poll.repository


async def poll_count(handle: ScheduleHandle) -> int:
    """Return how many polls the schedule has ever started."""
    return (await handle.describe()).info.num_actions


async def status_of(client: Client, handle: ScheduleHandle, *, newest_only: bool = False) -> RepositoryStatus:
    """Return the repository, its last poll that ended (or only the newest, if that has ended), and the next one."""
    described = await handle.describe()
    last, at = await _last(client, described, 1 if newest_only else _LOOK_BACK)
    upcoming = [] if described.schedule.state.paused else described.info.next_action_times
    return RepositoryStatus(
        repository=await repository_of(client, described.schedule),
        last=last,
        last_polled_at=at,
        next_poll_at=upcoming[0] if upcoming else None,
    )


async def _last(
    client: Client, described: ScheduleDescription, look_back: int
) -> tuple[PollResult | None, datetime | None]:
    for action in reversed(described.info.recent_actions[-look_back:]):
        if isinstance(action.action, ScheduleActionExecutionStartWorkflow):
            found = await _result(client, action.action)
            if found:
                return found, action.started_at
    return None, None


async def _result(client: Client, execution: ScheduleActionExecutionStartWorkflow) -> PollResult | None:
    """Return the result of a poll, None while it runs, if it was terminated, or if retention has removed it."""
    handle = client.get_workflow_handle(
        execution.workflow_id, run_id=execution.first_execution_run_id, result_type=PollResult
    )
    try:
        described = await handle.describe()
        return await handle.result() if described.status is WorkflowExecutionStatus.COMPLETED else None
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
