"""What is to be previewed: a cluster's desired revision, a branch or commit, or the manifests in a folder."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from temporalio.client import Client

from trailboss.cli.connection import connected
from trailboss.cli.plan_asked import Asked, bad
from trailboss.cli.plan_revision import at_revision
from trailboss.cli.plan_times import durations
from trailboss.cli.plan_worker import preview_by_worker, preview_input
from trailboss.cli.reading import read_cluster
from trailboss.model.errors import TemporalUnreachable
from trailboss.model.preview import Preview, PreviewInput
from trailboss.model.progress import ClusterStatus
from trailboss.model.revision import Revision
from trailboss.plan.estimate import estimate


async def previews(asked: Asked) -> list[Preview]:
    """Make all previews that are asked for, by the clusters' names.

    Raises:
        BadInput: what was asked for is not there, or its manifests are wrong: every problem.
        PermanentError: a preview could not be made.
    """
    if asked.folder:
        from trailboss.cli.plan_folder import of_folder

        async with perhaps_connected() as (client, why_not):
            return [await timed(client, made) async for made in of_folder(client, why_not, asked)]
    if asked.against:
        raise bad("--against", "only manifests in a folder are compared with a commit of their clone", asked.target)
    async with connected() as client:
        wanted = await _revisions(client, asked)
        return [await timed(client, await preview_by_worker(client, given)) for given in wanted]


@asynccontextmanager
async def perhaps_connected() -> AsyncIterator[tuple[Client | None, str]]:
    """Yield a client, or None and why there is none."""
    async with AsyncExitStack() as stack:
        try:
            client = await stack.enter_async_context(connected())
        except TemporalUnreachable as error:
            yield None, str(error)
        else:
            yield client, ""


async def timed(client: Client | None, made: tuple[Preview, float]) -> Preview:
    """Add how long it may take; `made`: a preview, and how many seconds it took to look."""
    preview, seconds = made
    known = await durations(client, preview.cluster, seconds)
    control_planes = sum(member.role == "control-plane" for member in preview.members)
    found = estimate(preview.plans, known, control_planes=control_planes, disruptions=preview.disruptions)
    return preview.model_copy(update={"estimate": found})


async def _revisions(client: Client, asked: Asked) -> list[PreviewInput]:
    if asked.revision:
        return await at_revision(client, asked)
    if not asked.target:
        raise bad("TARGET", "name a cluster or a folder, or give --revision")
    status = (await read_cluster(client, asked.target)).status
    return [preview_input(status, desired(status), status.applied)]


def desired(status: ClusterStatus) -> Revision:
    """Return the revision that is desired now.

    Raises:
        BadInput: none is known.
    """
    if status.desired is None:
        message = "no desired revision is known: nothing was submitted yet, or no worker answers"
        raise bad("CLUSTER", message, status.name)
    return status.desired


def one(found: Sequence[Preview]) -> Preview:
    """Return the only preview.

    Raises:
        BadInput: there are several, or none.
    """
    if len(found) != 1:
        names = ", ".join(preview.cluster for preview in found) or "none"
        raise bad("TARGET", "one cluster is asked for", names)
    return found[0]
