"""What a poll sees of a repository and of the clusters in it. Everything here blocks: for `in_git_thread`."""

from pathlib import Path

from trailboss import git
from trailboss.activities import commands
from trailboss.activities.source import read_cluster
from trailboss.manifests import named_shared
from trailboss.model.errors import BadInput, RepositoryUnavailable
from trailboss.model.messages import PollResult
from trailboss.model.revision import CommitInfo, Repository, Revision
from trailboss.plan.polling import Sighting, combined, refusal

_KEPT = 4096  # folders of clusters; each is a few short texts
_named: dict[tuple[str, str, str], tuple[str, ...]] = {}


def look(repository: Repository, previous: PollResult, cache: Path | None) -> Sighting:
    """Fetch the repository and return what is there, or why nothing can be seen."""
    try:
        fetched = git.fetch(repository, cache)
        if not fetched.head:
            return Sighting(problem=fetched.problem)
        return _seen(repository, previous, fetched.head, cache)
    except RepositoryUnavailable as error:
        return Sighting(problem=str(error))


def manifest_problems(repository: Repository, commit: str, cluster: str, cache: Path | None) -> tuple[str, ...]:
    """Return what is wrong with a cluster's manifests; nothing if they can be carried out."""
    try:
        read = read_cluster(repository, commit, folder(repository, cluster), cache)
    except BadInput as error:
        return tuple(str(problem) for problem in error.problems if problem.severity == "error")
    return tuple(lacks for addon in read.addons if (lacks := commands.lacking(addon)))


def revision(repository: Repository, commit: CommitInfo, head: str, cluster: str, digest: str) -> Revision:
    return Revision(
        repository=repository,
        commit=head,
        path=folder(repository, cluster),
        digest=digest,
        author=commit.author,
        subject=commit.subject,
        committed_at=commit.committed_at,
    )


def folder(repository: Repository, cluster: str) -> str:
    """Return a cluster's folder as Git names it, whether the repository's path is "clusters", "./clusters/" or "."."""
    return "/".join(part for part in (*repository.path.split("/"), cluster) if part not in ("", "."))


def _seen(repository: Repository, previous: PollResult, head: str, cache: Path | None) -> Sighting:
    follows = not previous.head or git.is_ancestor(repository, previous.head, head, cache)
    sighting = Sighting(
        head=head, follows=follows, accepted=not follows and _accepted(repository, previous, head, cache)
    )
    if refusal(repository, previous, sighting):
        return sighting
    return sighting.model_copy(update={"digests": _digests(repository, head, cache)})


def _digests(repository: Repository, head: str, cache: Path | None) -> dict[str, str]:
    """Return what each cluster is to be at `head`: the id of its folder, and of what its addons take from addons/."""
    folders = git.clusters_at(repository, head, cache)
    taken = {name: _taken(repository, head, folder(repository, name), tree, cache) for name, tree in folders.items()}
    named = tuple(sorted({path for paths in taken.values() for path in paths}))
    ids = git.ids_at(repository, head, named, cache) if named else {}
    return {name: combined(tree, {path: ids[path] for path in taken[name]}) for name, tree in folders.items()}


def _taken(repository: Repository, head: str, path: str, tree: str, cache: Path | None) -> tuple[str, ...]:
    """Return what of addons/ the cluster in this folder names. The same tree names the same: it is read once."""
    known = (repository.url, path, tree)
    if known not in _named:
        if len(_named) >= _KEPT:
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
