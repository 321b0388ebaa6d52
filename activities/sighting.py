"""What a poll sees of a repository and of the clusters in it. Everything here blocks: for `in_git_thread`."""

from functools import lru_cache
from pathlib import Path

from trailboss import git
from trailboss.activities.source import read_cluster
from trailboss.manifests import Found, found_in
from trailboss.model.errors import BadInput, RepositoryUnavailable
from trailboss.model.messages import PollResult
from trailboss.model.revision import CommitInfo, Repository, Revision
from trailboss.plan.polling import Sighting, refusal

_KEPT = 64  # heads in memory; most polls see the one that the last one saw


def look(repository: Repository, previous: PollResult, cache: Path | None) -> Sighting:
    """Fetch the repository and return what is there, or why nothing can be seen."""
    try:
        fetched = git.fetch(repository, cache)
        if not fetched.head:
            return Sighting(problem=fetched.problem)
        return _seen(repository, previous, fetched.head, cache)
    except RepositoryUnavailable as error:
        return Sighting(problem=str(error))


def manifest_problems(repository: Repository, sighting: Sighting, cluster: str, cache: Path | None) -> tuple[str, ...]:
    """Return what is wrong with a cluster's manifests; nothing if they can be carried out."""
    if folders := sighting.twice.get(cluster):
        return (f"several clusters are called {cluster}: in {', '.join(folder or '.' for folder in folders)}",)
    found_as = cluster if cluster in sighting.found else ""
    try:
        read_cluster(repository, sighting.head, folder(repository, sighting, cluster), cache, found_as=found_as)
    except BadInput as error:
        return tuple(str(problem) for problem in error.problems if problem.severity == "error")
    return ()


def revision(repository: Repository, commit: CommitInfo, sighting: Sighting, cluster: str) -> Revision:
    return Revision(
        repository=repository,
        commit=sighting.head,
        path=folder(repository, sighting, cluster),
        found_as=cluster if cluster in sighting.found else "",
        digest=sighting.digests.get(cluster, ""),
        author=commit.author,
        subject=commit.subject,
        committed_at=commit.committed_at,
    )


def folder(repository: Repository, sighting: Sighting, cluster: str) -> str:
    """Return a cluster's folder as Git names it, whether the repository's path is "clusters", "./clusters/" or "."."""
    if cluster in sighting.found:
        return sighting.found[cluster]
    return "/".join(part for part in (*repository.path.split("/"), cluster) if part not in ("", "."))


def _seen(repository: Repository, previous: PollResult, head: str, cache: Path | None) -> Sighting:
    follows = not previous.head or git.is_ancestor(repository, previous.head, head, cache)
    sighting = Sighting(
        head=head, follows=follows, accepted=not follows and _accepted(repository, previous, head, cache)
    )
    if refusal(repository, previous, sighting):
        return sighting
    return sighting.model_copy(update=_clusters(repository, head, cache))


def _clusters(repository: Repository, head: str, cache: Path | None) -> dict[str, object]:
    """Return what is seen of clusters: wksctl's where some lie at the repository's path, else the folders there."""
    folders = git.clusters_at(repository, head, cache)
    wksctls = _wksctls(repository.model_copy(update={"interval_seconds": 0.0}), head, cache)
    if not wksctls or (folders and _in_folders(repository, wksctls)):
        return {"digests": folders}
    paths: dict[str, tuple[str, ...]] = {}
    for found in wksctls:
        paths[found.name] = (*paths.get(found.name, ()), found.path)
    return {
        "digests": {found.name: found.digest for found in wksctls},
        "found": {found.name: found.path for found in wksctls},
        "twice": {name: folders for name, folders in paths.items() if len(folders) > 1},
    }


def _in_folders(repository: Repository, wksctls: tuple[Found, ...]) -> bool:
    """Tell whether wksctl's clusters lie as all others do, each in a folder right under the repository's path."""
    at = "/".join(part for part in repository.path.split("/") if part not in ("", "."))
    if at:
        return all(found.path != at for found in wksctls)
    return all(found.path == found.name for found in wksctls)


@lru_cache(maxsize=_KEPT)
def _wksctls(repository: Repository, head: str, cache: Path | None) -> tuple[Found, ...]:
    return found_in(git.manifests_at(repository, head, cache))


def _accepted(repository: Repository, previous: PollResult, head: str, cache: Path | None) -> bool:
    """Tell whether an operator accepted to go from the last good head to this one or to one before it."""
    if not repository.accepted_rewrite or repository.accepted_from != previous.head:
        return False
    return git.is_ancestor(repository, repository.accepted_rewrite, head, cache)
