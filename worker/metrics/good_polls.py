"""When each repository was last polled without a problem, as Temporal remembers it."""

from typing import NamedTuple

from temporalio.client import Client, ScheduleListSchedule
from temporalio.service import RPCError, RPCStatusCode

from trailboss.model import names
from trailboss.model.whereabouts import whereabouts

_LOOK_BACK = 20  # polls: another repository's name may begin with this one's and a year


class PollAge(NamedTuple):
    """`at`: the last good poll, seconds since the epoch. `every`: seconds from poll to poll, as they are scheduled."""

    at: float
    every: float


async def last_good_polls(client: Client) -> dict[str, PollAge]:
    """Return what is known by repository; schedules that are paused are left out.

    Where Temporal knows of no good poll (there was none, or retention has removed it), the time is when the schedule
    was made: the poll is at least that old, or there never was one.
    """
    followed = {
        one.id.removeprefix(names.SCHEDULE_PREFIX): _interval(one.schedule)
        async for one in await client.list_schedules()
        if one.id.startswith(names.SCHEDULE_PREFIX) and one.schedule and not one.schedule.state.paused
    }
    found = {name: await _last(client, name) for name in followed}
    return {name: PollAge(at, followed[name]) for name, at in found.items() if at is not None}


def _interval(schedule: ScheduleListSchedule) -> float:
    return max((one.every.total_seconds() for one in schedule.spec.intervals), default=0.0)


async def _last(client: Client, repository: str) -> float | None:
    query = (
        f'WorkflowType = "{names.POLL_WORKFLOW}" AND ExecutionStatus = "Completed"'
        f' AND {names.ATTRIBUTE_PROBLEM} IS NULL AND WorkflowId STARTS_WITH "{names.poll_id(repository)}-2"'
    )
    async for poll in client.list_workflows(query, limit=_LOOK_BACK, page_size=_LOOK_BACK):
        if poll.close_time and whereabouts(poll.id) == {"repository": repository}:
            return poll.close_time.timestamp()
    return await _followed_since(client, repository)


async def _followed_since(client: Client, repository: str) -> float | None:
    try:
        described = await client.get_schedule_handle(names.schedule_id(repository)).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None  # removed since it was listed
        raise
    return described.info.created_at.timestamp()
