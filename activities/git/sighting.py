"""What a poll sees of a repository and of the clusters in it. Everything here blocks: for `in_git_thread`."""

from functools import lru_cache
from pathlib import Path

from trailboss import git
from trailboss.activities.addons import commands
from trailboss.activities.git.source import read_cluster
from trailboss.manifests import Found, found_in, named_shared
from trailboss.model.errors import BadInput, RepositoryUnavailable
from trailboss.model.messages import PollResult
from trailboss.model.revision import CommitInfo, Repository, Revision
from trailboss.plan.polling import Sighting, combined, refusal

_KEPT_NAMES = 4096  # folders of clusters; each is a few short texts
_named: dict[tuple[str, str, str], tuple[str, ...]] = {}

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


def at(repository: Repository, commit: str, cache: Path | None) -> Sighting:
    """Return what is there at a commit that this machine has, wherever the history led."""
    return Sighting(head=commit).model_copy(update=_clusters(repository, commit, cache))


def manifest_problems(repository: Repository, sighting: Sighting, cluster: str, cache: Path | None) -> tuple[str, ...]:
    """Return what is wrong with a cluster's manifests; nothing if they can be carried out."""
    if folders := sighting.twice.get(cluster):
        return (f"several clusters are called {cluster}: in {', '.join(folder or '.' for folder in folders)}",)
    found_as = cluster if cluster in sighting.found else ""
    try:
        read = read_cluster(repository, sighting.head, folder(repository, sighting, cluster), cache, found_as=found_as)
    except BadInput as error:
        return tuple(str(problem) for problem in error.problems if problem.severity == "error")
    return tuple(lacks for addon in read.addons if (lacks := commands.lacking(addon)))


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
    return _in_path(repository, cluster)


def _in_path(repository: Repository, cluster: str) -> str:
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
        return {"digests": _digests(repository, head, folders, cache)}
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


def _digests(repository: Repository, head: str, folders: dict[str, str], cache: Path | None) -> dict[str, str]:
    """Return what each cluster is to be at `head`: the id of its folder, and of what its addons take from addons/."""
    taken = {name: _taken(repository, head, name, tree, cache) for name, tree in folders.items()}
    named = tuple(sorted({path for paths in taken.values() for path in paths}))
    ids = git.ids_at(repository, head, named, cache) if named else {}
    return {name: combined(tree, {path: ids[path] for path in taken[name]}) for name, tree in folders.items()}


def _taken(repository: Repository, head: str, cluster: str, tree: str, cache: Path | None) -> tuple[str, ...]:
    """Return what of addons/ the cluster in this folder names. The same tree names the same: it is read once."""
    path = _in_path(repository, cluster)
    known = (repository.url, path, tree)
    if known not in _named:
        if len(_named) >= _KEPT_NAMES:
            _named.clear()
        try:
            _named[known] = named_shared(git.read_files(repository, head, path, cache))
        except BadInput:
            _named[known] = ()  # the cluster is refused for it, until its own folder changes
    return _named[known]


def _accepted(repository: Repository, previous: PollResult, head: str, cache: Path | None) -> bool:
    """Tell whether an operator accepted to go from the last good head to this one or to one before it."""
    if not repository.accepted_rewrite or repository.accepted_from != previous.head:
        return False
    return git.is_ancestor(repository, repository.accepted_rewrite, head, cache)
