"""What a poll sees of a repository and of the clusters in it. Everything here blocks: for `in_git_thread`."""

from pathlib import Path

from trailboss import git
from trailboss.activities.source import read_cluster
from trailboss.model.errors import BadInput, RepositoryUnavailable
from trailboss.model.messages import PollResult
from trailboss.model.revision import CommitInfo, Repository, Revision
from trailboss.plan.polling import Sighting, refusal


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
        read_cluster(repository, commit, folder(repository, cluster), cache)
    except BadInput as error:
        return tuple(str(problem) for problem in error.problems if problem.severity == "error")
    return ()


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
    return sighting.model_copy(update={"digests": git.clusters_at(repository, head, cache)})


def _accepted(repository: Repository, previous: PollResult, head: str, cache: Path | None) -> bool:
    """Tell whether an operator accepted to go from the last good head to this one or to one before it."""
    if not repository.accepted_rewrite or repository.accepted_from != previous.head:
        return False
    return git.is_ancestor(repository, repository.accepted_rewrite, head, cache)
