"""A worker that polls, with a stand-in for ClusterWorkflow."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError
from temporalio.worker import Worker
from tests.unit.triggers.told import Told

from trailboss.activities.git.poll import PollActivities
from trailboss.model import names
from trailboss.model.revision import Repository
from trailboss.triggers import schedule
from trailboss.workflows.poll import PollWorkflow

NEVER = timedelta(days=1).total_seconds()  # an interval that does not come round within a test


@dataclass
class Following:
    """`queue` is unique to the test and part of every name, so that tests share one server."""

    client: Client
    queue: str
    repositories: list[str] = field(default_factory=list)
    clusters: list[str] = field(default_factory=list)

    def name(self, short: str) -> str:
        return f"{short}-{self.queue}"

    def cluster(self, short: str) -> WorkflowHandle[Told, None]:
        self.clusters.append(short)
        return self.client.get_workflow_handle_for(Told.run, names.cluster_id(self.name(short)))

    async def add(self, repository: Repository) -> str:
        self.repositories.append(repository.name)
        return await schedule.add_repository(self.client, repository, task_queue=self.queue)

    async def submitted(self, short: str) -> list[str]:
        """Return the commits that a cluster was given."""
        return [revision.commit for revision in await self.cluster(short).query(Told.submissions)]

    async def rejected(self, short: str) -> list[tuple[str, ...]]:
        return [rejected.reasons for rejected in await self.cluster(short).query(Told.rejections)]

    async def clean(self) -> None:
        for name in self.repositories:
            await _ignoring(self.client.get_schedule_handle(names.schedule_id(name)).delete())
        for short in set(self.clusters):
            await _ignoring(self.cluster(short).terminate())


async def _ignoring(request: Awaitable[object]) -> None:
    with suppress(RPCError):  # gone already
        await request


@asynccontextmanager
async def following(client: Client, cache: Path) -> AsyncIterator[Following]:
    queue = f"q{uuid.uuid4().hex[:8]}"
    here = Following(client, queue)
    activities = [PollActivities(client, cache).poll_repository]
    async with Worker(client, task_queue=queue, workflows=[PollWorkflow, Told], activities=activities):
        try:
            yield here
        finally:
            await here.clean()


async def until(condition, seconds: float = 10.0):  # noqa: ANN001, ANN201 - any awaitable's maker and what it gives
    """Wait until the condition gives something true; returns that."""
    async with asyncio.timeout(seconds):
        while True:
            if found := await condition():
                return found
            await asyncio.sleep(0.05)
