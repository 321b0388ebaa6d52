"""The one contestant: Trailboss, from a `git push` to its own word that the cluster is Ready."""

import asyncio
import time

from rich.console import Console
from stage import LIMIT_SECONDS, NAME
from step_times import StepTime, step_times
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from trailboss.cli.reading import from_search_attributes, read_cluster
from trailboss.lab.hosts import Lab
from trailboss.lab.scene import Embedded, Origin, manifests
from trailboss.lab.temporal.options import free_port
from trailboss.model import names
from trailboss.model.errors import StepFailed
from trailboss.model.revision import Repository, Revision
from trailboss.triggers.schedule import add_repository, poll_now
from trailboss.worker.settings import load_settings

_POLL_SECONDS = 2.0  # of the repository; the measured time has the wait for a poll in it, as for any user
_LOOK_SECONDS = 0.2
_SETTLED = {"Ready", "Failed", "Refused"}


def time_trailboss(lab: Lab, version: str, console: Console) -> tuple[float, list[StepTime]]:
    """Return the seconds from the push until the cluster is Ready, and where they went."""
    return asyncio.run(_install(lab, version, console))


async def _install(lab: Lab, version: str, console: Console) -> tuple[float, list[StepTime]]:
    settings = load_settings()
    async with Embedded(settings, console, port=free_port()) as temporal:
        origin = Origin(settings.home / "repository")
        await _follow(temporal.client, origin)
        files = manifests(lab, cluster=NAME, version=version)
        pushed, start = time.time(), time.monotonic()
        commit = origin.push(files, "Three control planes and a worker")
        await _until_settled(temporal.client, commit)
        seconds = time.monotonic() - start
        await _require_applied(temporal.client, commit)
        return seconds, await step_times(temporal.client, NAME, commit, since=pushed)


async def _follow(client: Client, origin: Origin) -> None:
    """Have the repository polled before anything for the cluster is in it."""
    origin.create()
    origin.push({"README.md": "nothing yet\n"}, "A repository without clusters")
    await add_repository(client, Repository(name=NAME, url=origin.url, interval_seconds=_POLL_SECONDS))
    await poll_now(client, NAME)


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
    return view.phase in _SETTLED and bool(view.revision) and commit.startswith(view.revision)


async def _require_applied(client: Client, commit: str) -> None:
    status = (await read_cluster(client, NAME)).status
    if status.phase != "Ready" or not _is(status.applied, commit):
        problems = status.last_result.problems if status.last_result else ()
        raise StepFailed("\n".join([f"{NAME} is {status.phase}: {status.message}", *problems]))


def _is(revision: Revision | None, commit: str) -> bool:
    return revision is not None and revision.commit == commit
