"""A cluster as one of its revisions has it."""

from functools import lru_cache
from pathlib import Path, PurePosixPath

from trailboss import git
from trailboss.activities.git_threads import in_git_thread
from trailboss.manifests import cluster_defaults, load_cluster, load_found
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
    defaults = cluster_defaults()
    if found_as:
        return load_found(files, found_as, defaults=defaults)
    return load_cluster(files, name=PurePosixPath(path).name, defaults=defaults)
