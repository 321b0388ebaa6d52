"""A cluster as one of its revisions has it."""

from functools import lru_cache
from pathlib import Path, PurePosixPath

from trailboss import git
from trailboss.activities.git.threads import in_git_thread
from trailboss.manifests import cluster_defaults, load_cluster, load_found, may_share
from trailboss.model.cluster import Cluster
from trailboss.model.errors import RevisionGone
from trailboss.model.revision import Repository, Revision

_KEPT = 128  # clusters in memory; one is some kilobytes


async def load_cluster_at(revision: Revision) -> Cluster:
    """Return the cluster of a revision, fetched first if another worker polled it; kept in memory by commit and path.

    Raises:
        RevisionGone: neither this machine nor the remote has the commit (any more).
        RepositoryUnavailable: the commit is not here and the remote cannot be read now.
        BadInput: its manifests are wrong.
    """
    return await in_git_thread(_load, revision.repository, revision.commit, revision.path, revision.found_as)


@lru_cache(maxsize=_KEPT)
def _load(repository: Repository, commit: str, path: str, found_as: str) -> Cluster:
    try:
        return read_cluster(repository, commit, path, found_as=found_as)
    except RevisionGone:
        git.fetch_commit(repository, commit)
    return read_cluster(repository, commit, path, found_as=found_as)


def read_cluster(
    repository: Repository, commit: str, path: str, cache: Path | None = None, *, found_as: str = ""
) -> Cluster:
    """Return the cluster in the folder `path` of a commit that this machine has; `found_as` as in Revision.

    Raises:
        RevisionGone: this machine does not have the commit.
        BadInput: its manifests are wrong; every problem.
    """
    files = git.read_files(repository, commit, path, cache)
    texts, defaults = _with_shared(repository, commit, files, cache), cluster_defaults()
    if found_as:
        return load_found(texts, found_as, defaults=defaults)
    return load_cluster(texts, name=PurePosixPath(path).name, defaults=defaults)


async def read_texts(revision: Revision) -> dict[str, str]:
    """Return what the addons of a revision's cluster may be made of: path in the repository → text.

    It is not kept in memory. Raises what `load_cluster_at` does, which comes first.
    """
    return await in_git_thread(_texts, revision.repository, revision.commit, revision.path)


def _texts(repository: Repository, commit: str, path: str) -> dict[str, str]:
    return _with_shared(repository, commit, git.read_files(repository, commit, path), None)


def _with_shared(repository: Repository, commit: str, files: dict[str, str], cache: Path | None) -> dict[str, str]:
    """Add the files of addons/ where something in a cluster's folder speaks of addons."""
    return files | git.read_shared(repository, commit, cache) if may_share(files) else files
