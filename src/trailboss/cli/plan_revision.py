"""Which clusters a branch or commit of a followed repository would change."""

from temporalio.client import Client

from trailboss.cli.plan_asked import Asked, bad
from trailboss.cli.plan_worker import find, preview_input
from trailboss.cli.reading import read_clusters
from trailboss.model.preview import Found, PreviewInput
from trailboss.model.progress import ClusterStatus
from trailboss.model.revision import Repository, Revision
from trailboss.triggers.schedule import list_repositories


async def at_revision(client: Client, asked: Asked) -> list[PreviewInput]:
    """Return what to preview: each cluster whose folder differs from what is desired now, or the one that was named."""
    known = {view.status.name: view.status for view in await read_clusters(client)}
    repository = await _repository(client, asked, known.get(asked.target))
    found = await find(client, repository, asked.revision)
    wanted = {*asked.clusters, *([asked.target] if asked.target else [])}
    _refuse_missing(wanted, found)
    chosen = {name: one for name, one in found.clusters.items() if not wanted or name in wanted}
    statuses = {name: known.get(name, ClusterStatus(name=name)) for name in chosen}
    differing = [name for name, one in sorted(chosen.items()) if wanted or _differs(statuses[name], one)]
    return [preview_input(statuses[name], chosen[name], statuses[name].desired) for name in differing]


def _refuse_missing(wanted: set[str], found: Found) -> None:
    if missing := sorted(wanted - found.clusters.keys()):
        there = ", ".join(sorted(found.clusters)) or "none"
        raise bad("CLUSTER", f"{found.commit[:12]} has no such cluster", ", ".join(missing), there)


def _differs(status: ClusterStatus, revision: Revision) -> bool:
    return status.desired is None or status.desired.digest != revision.digest


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
