"""Trailboss at work: its embedded Temporal and one worker, and a repository that it follows."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from rich.console import Console
from stage import LIMIT_SECONDS, NAME
from step_times import StepTime, step_times
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from trailboss.cli.live import settled
from trailboss.cli.reading import from_search_attributes, read_cluster
from trailboss.lab.scene import Embedded, Origin
from trailboss.lab.temporal.options import free_port
from trailboss.model import names
from trailboss.model.errors import StepFailed
from trailboss.model.revision import Repository, Revision
from trailboss.triggers.schedule import add_repository, poll_now
from trailboss.worker.settings import load_settings

_POLL_SECONDS = 2.0  # of the repository; the measured time has the wait for a poll in it, as for any user
_LOOK_SECONDS = 0.2
_SETTLED = {"Ready", "Failed", "Refused"}


@dataclass(frozen=True)
class Following:
    """A repository that is being followed."""

    client: Client
    origin: Origin

    async def time(self, files: Mapping[str, str], message: str) -> tuple[float, list[StepTime]]:
        """Return the seconds from the push of the manifests until the cluster is Ready, and where they went.

        Raises:
            StepFailed: it came to something else.
        """
        pushed, start = time.time(), time.monotonic()
        commit = self.origin.push(files, message)
        await _until_settled(self.client, commit)
        seconds = time.monotonic() - start
        await _require_applied(self.client, commit)
        return seconds, await step_times(self.client, NAME, commit, since=pushed)


@asynccontextmanager
async def following(console: Console) -> AsyncIterator[Following]:
    """Start it all; the repository is polled before anything for the cluster is in it."""
    settings = load_settings()
    async with Embedded(settings, console, port=free_port()) as temporal:
        origin = Origin(settings.home / "repository")
        origin.create()
        origin.push({"README.md": "nothing yet\n"}, "A repository without clusters")
        repository = Repository(name=NAME, url=origin.url, interval_seconds=_POLL_SECONDS)
        await add_repository(temporal.client, repository)
        await poll_now(temporal.client, NAME)
        yield Following(temporal.client, origin)


async def _until_settled(client: Client, commit: str) -> None:
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            while not await _has_settled(client, commit):  # noqa: ASYNC110 - Temporal tells only those who ask
                await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError as error:
        raise StepFailed(f"{commit[:12]} has not settled within {LIMIT_SECONDS:.0f} s") from error


async def _has_settled(client: Client, commit: str) -> bool:
    """Ask for search attributes, which no worker has to answer for: a query each time would slow ours down."""
    try:
        found = await client.get_workflow_handle(names.cluster_id(NAME)).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise
    view = from_search_attributes(found)
    if view.phase not in _SETTLED or not view.revision or not commit.startswith(view.revision):
        return False
    return settled((await read_cluster(client, NAME)).status, commit)  # not what the commit before it came to


async def _require_applied(client: Client, commit: str) -> None:
    status = (await read_cluster(client, NAME)).status
    if status.phase != "Ready" or not _is(status.applied, commit):
        problems = status.last_result.problems if status.last_result else ()
        raise StepFailed("\n".join([f"{NAME} is {status.phase}: {status.message}", *problems]))


def _is(revision: Revision | None, commit: str) -> bool:
    return revision is not None and revision.commit == commit
