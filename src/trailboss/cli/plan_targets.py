"""What is to be previewed: a cluster's desired revision, a branch or commit, or the manifests in a folder."""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import ApplicationError, FailureError

from trailboss.cli.asking import answer, innermost
from trailboss.cli.connection import connected
from trailboss.cli.plan_times import durations
from trailboss.cli.reading import read_cluster, read_clusters
from trailboss.model.base import Frozen
from trailboss.model.errors import BadInput, PermanentError, TemporalUnreachable
from trailboss.model.preview import FindInput, Found, Preview, PreviewInput
from trailboss.model.problem import Problem
from trailboss.model.progress import ClusterStatus
from trailboss.model.revision import Repository, Revision
from trailboss.plan.estimate import estimate
from trailboss.triggers.schedule import list_repositories


class Asked(Frozen):
    """What the command line names. `target` "": every cluster of the revision."""

    target: str = ""
    revision: str = ""
    repository: str = ""
    clusters: tuple[str, ...] = ()
    against: str = ""
    path: str = "clusters"

    @property
    def folder(self) -> Path | None:
        """The folder that is meant; with a revision, a target is a cluster's name."""
        given = Path(self.target)
        return given if self.target and not self.revision and given.is_dir() else None


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
        return [await timed(client, await _timed_preview(client, given)) for given in wanted]


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


async def _timed_preview(client: Client, given: PreviewInput) -> tuple[Preview, float]:
    from trailboss.workflows.preview import PreviewWorkflow

    began = time.monotonic()
    summary = f"plan {given.cluster} at {given.revision.short}"
    made: Preview = await _asked(
        client, PreviewWorkflow.run, given, cluster=given.cluster, what="preview", summary=summary
    )
    return made, time.monotonic() - began


async def _asked(client: Client, run: Any, given: Frozen, **words: str) -> Any:  # noqa: ANN401 - of the workflow's own type
    try:
        return await answer(client, run, given, **words)
    except WorkflowFailureError as error:
        if _kind(error) == BadInput.__name__:
            raise bad(given.cluster if isinstance(given, PreviewInput) else "--revision", innermost(error)) from error
        raise PermanentError(f"the plan could not be made: {innermost(error)}") from error


def _kind(error: BaseException) -> str | None:
    while isinstance(error.__cause__, FailureError):
        error = error.__cause__
    return error.type if isinstance(error, ApplicationError) else None


def preview_input(status: ClusterStatus, revision: Revision, compared: Revision | None) -> PreviewInput:
    return PreviewInput(
        cluster=status.name,
        revision=revision,
        initialised_before=status.initialised_before,
        applied=status.applied,
        compared=compared,
        destroy_confirmed=status.destroy_confirmed,
    )


async def _revisions(client: Client, asked: Asked) -> list[PreviewInput]:
    if asked.revision:
        return await _at_revision(client, asked)
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


async def _at_revision(client: Client, asked: Asked) -> list[PreviewInput]:
    """Return what to preview: each cluster whose folder differs from what is desired now, or the one that was named."""
    known = {view.status.name: view.status for view in await read_clusters(client)}
    repository = await _repository(client, asked, known.get(asked.target))
    found = await _find(client, repository, asked.revision)
    wanted = {*asked.clusters, *([asked.target] if asked.target else [])}
    if missing := sorted(wanted - found.clusters.keys()):
        there = ", ".join(sorted(found.clusters)) or "none"
        raise bad("CLUSTER", f"{found.commit[:12]} has no such cluster", ", ".join(missing), there)
    chosen = {name: one for name, one in found.clusters.items() if not wanted or name in wanted}
    statuses = {name: known.get(name, ClusterStatus(name=name)) for name in chosen}
    differing = [name for name, one in sorted(chosen.items()) if wanted or _differs(statuses[name], one)]
    return [preview_input(statuses[name], chosen[name], statuses[name].desired) for name in differing]


def _differs(status: ClusterStatus, revision: Revision) -> bool:
    return status.desired is None or status.desired.digest != revision.digest


async def _find(client: Client, repository: Repository, revision: str) -> Found:
    from trailboss.workflows.preview import FindWorkflow

    given = FindInput(repository=repository, revision=revision)
    summary = f"find {revision} in {repository.name}"
    found: Found = await _asked(
        client, FindWorkflow.run, given, cluster=f"of-{repository.name}", what="find", summary=summary
    )
    if errors := tuple(problem for problem in found.problems if problem.severity == "error"):
        raise BadInput(errors)
    return found


async def _repository(client: Client, asked: Asked, status: ClusterStatus | None) -> Repository:
    """Return the repository that the cluster belongs to, or that was named, or the only one that is followed."""
    if status and status.desired and not asked.repository:
        return status.desired.repository
    followed = {one.repository.name: one.repository for one in await list_repositories(client)}
    return _only(followed, asked.repository)


def _only(followed: dict[str, Repository], name: str) -> Repository:
    there = ", ".join(sorted(followed)) or "none yet; `trailboss repo add` follows one"
    if name and name not in followed:
        raise bad("--repo", "no such repository is followed", name, there)
    if not name and len(followed) != 1:
        raise bad("--repo", "name the repository that has the revision", "", there)
    return followed[name] if name else next(iter(followed.values()))


def bad(where: str, message: str, found: str = "", allowed: str = "") -> BadInput:
    return BadInput((Problem(file=where, document=0, found=found, allowed=allowed, message=message),))


def one(found: Sequence[Preview]) -> Preview:
    """Return the only preview.

    Raises:
        BadInput: there are several, or none.
    """
    if len(found) != 1:
        names = ", ".join(preview.cluster for preview in found) or "none"
        raise bad("TARGET", "one cluster is asked for", names)
    return found[0]
