"""Repositories that are followed. Each is one Temporal Schedule; there is no other list of them."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Literal

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleHandle,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError, RPCStatusCode

from trailboss.model import names
from trailboss.model.errors import BadInput, RepositoryUnavailable
from trailboss.model.messages import PollInput, PollResult, RepositoryStatus
from trailboss.model.problem import Problem
from trailboss.model.revision import Repository
from trailboss.plan import titles
from trailboss.triggers.reading import poll_count, repository_of, status_of

Added = Literal["added", "updated", "unchanged"]
_CATCH_UP = timedelta(seconds=10)  # Temporal's least: after an outage one poll is enough, it sees everything
_POLL_PATIENCE_SECONDS = 60.0
_LOOK_EVERY_SECONDS = 0.2


async def add_repository(client: Client, repository: Repository, *, task_queue: str = names.TASK_QUEUE) -> Added:
    """Follow a repository from now on; one that is followed already is changed to what is given.

    What the polls know, and a rewrite that an operator accepted, stay.
    """
    try:
        await client.create_schedule(
            names.schedule_id(repository.name), _schedule(repository, task_queue), trigger_immediately=True
        )
    except ScheduleAlreadyRunningError:
        handle = client.get_schedule_handle(names.schedule_id(repository.name))
        return "updated" if await _change(client, handle, repository, task_queue) else "unchanged"
    return "added"


async def remove_repository(client: Client, name: str) -> None:
    """Follow a repository no longer; its clusters stay as they are, and so do their workflows.

    Raises:
        BadInput: there is no such repository. Also of all functions below that take a name.
    """
    try:
        await client.get_schedule_handle(names.schedule_id(name)).delete()
    except RPCError as error:
        raise _unknown(name, error) from error


async def list_repositories(client: Client) -> list[RepositoryStatus]:
    """Return all repositories by name; one added within the last second may still be missing."""
    found = [schedule.id async for schedule in await client.list_schedules()]
    ours = sorted(one.removeprefix(names.SCHEDULE_PREFIX) for one in found if one.startswith(names.SCHEDULE_PREFIX))
    statuses = await asyncio.gather(*(_status_unless_gone(client, name) for name in ours))
    return [status for status in statuses if status]


async def repository_status(client: Client, name: str) -> RepositoryStatus:
    try:
        return await status_of(client, client.get_schedule_handle(names.schedule_id(name)))
    except RPCError as error:
        raise _unknown(name, error) from error


async def poll_now(client: Client, name: str) -> PollResult:
    """Poll a repository at once and return what was found.

    Raises:
        RepositoryUnavailable: no worker has polled it within a minute.
    """
    handle = client.get_schedule_handle(names.schedule_id(name))
    try:
        before = await poll_count(handle)
        # One that runs now may have fetched already: the next one is what was asked for.
        await handle.trigger(overlap=ScheduleOverlapPolicy.BUFFER_ONE)
    except RPCError as error:
        raise _unknown(name, error) from error
    try:
        async with asyncio.timeout(_POLL_PATIENCE_SECONDS):
            return await _finished_after(client, handle, before)
    except TimeoutError as error:
        raise RepositoryUnavailable(f"{name} was not polled within a minute: does a worker run?") from error


async def accept_rewrite(client: Client, name: str) -> str:
    """Accept the rewritten history that the last poll reported, poll again, and return the commit accepted.

    Raises:
        BadInput: there is no such repository, or it reported no rewrite.
    """
    status = await repository_status(client, name)
    if status.last is None or not status.last.refused_head:
        raise BadInput((Problem(file=f"repository {name}", document=0, message="no rewritten history waits for it"),))
    update = {"accepted_from": status.last.head, "accepted_rewrite": status.last.refused_head}
    handle = client.get_schedule_handle(names.schedule_id(name))
    await _rewrite(handle, status.repository.model_copy(update=update))
    return status.last.refused_head


def _schedule(repository: Repository, task_queue: str) -> Schedule:
    return Schedule(
        action=ScheduleActionStartWorkflow(
            names.POLL_WORKFLOW,
            PollInput(repository=repository),
            id=names.poll_id(repository.name),
            task_queue=task_queue,
            memo={names.MEMO_REPOSITORY: repository.name},
            **titles.poll(repository),
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(seconds=repository.interval_seconds))]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=_CATCH_UP),
    )


async def _change(client: Client, handle: ScheduleHandle, repository: Repository, task_queue: str) -> bool:
    """Update a repository's schedule; tells whether anything differed."""
    known = await repository_of(client, (await handle.describe()).schedule)
    kept = {"accepted_from": known.accepted_from, "accepted_rewrite": known.accepted_rewrite}
    wanted = repository.model_copy(update=kept)
    if wanted == known:
        return False
    await _rewrite(handle, wanted, task_queue)
    return True


async def _rewrite(handle: ScheduleHandle, repository: Repository, task_queue: str | None = None) -> None:
    """Replace a schedule's action and timing, leave it paused if it is, and poll at once."""

    async def update(update: ScheduleUpdateInput) -> ScheduleUpdate:
        current = update.description.schedule
        queue = current.action.task_queue if isinstance(current.action, ScheduleActionStartWorkflow) else None
        schedule = _schedule(repository, task_queue or queue or names.TASK_QUEUE)
        return ScheduleUpdate(schedule=replace(schedule, state=current.state))

    await handle.update(update)
    await handle.trigger(overlap=ScheduleOverlapPolicy.BUFFER_ONE)


async def _finished_after(client: Client, handle: ScheduleHandle, before: int) -> PollResult:
    while True:
        if await poll_count(handle) > before:
            status = await status_of(client, handle, newest_only=True)
            if status.last:
                return status.last
        await asyncio.sleep(_LOOK_EVERY_SECONDS)


async def _status_unless_gone(client: Client, name: str) -> RepositoryStatus | None:
    try:
        return await repository_status(client, name)
    except BadInput:
        return None  # removed since it was listed


def _unknown(name: str, error: RPCError) -> Exception:
    if error.status is not RPCStatusCode.NOT_FOUND:
        return error
    message = "it is not followed; `trailboss repo list` shows those that are"
    return BadInput((Problem(file=f"repository {name}", document=0, message=message),))
