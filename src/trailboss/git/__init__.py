"""The only home of pygit2. All functions block: call them through `asyncio.to_thread`.

`cache` is the folder of all mirrors; None: `repositories` in TRAILBOSS_HOME.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import pygit2

from trailboss.git import mirror, tree
from trailboss.git.checkout import files_before, shared_before
from trailboss.git.finding import find_commit
from trailboss.git.mirror import fetch, fetch_commit
from trailboss.model.revision import CommitInfo, Fetched, Repository

__all__ = [
    "clusters_at",
    "describe",
    "fetch",
    "fetch_commit",
    "files_before",
    "find_commit",
    "ids_at",
    "is_ancestor",
    "manifests_at",
    "probe",
    "read_files",
    "read_shared",
    "shared_before",
]


def probe(repository: Repository) -> Fetched:
    """Tell whether the remote can be read, without keeping anything.

    Raises:
        RepositoryUnavailable: it cannot be reached, trusted or read; the message says why and what to do.
    """
    with TemporaryDirectory(prefix="trailboss-") as scratch:
        return mirror.probe(repository, Path(scratch))


def clusters_at(repository: Repository, commit: str, cache: Path | None = None) -> dict[str, str]:
    """Return the folders under the repository's path at `commit`: cluster name → tree id.

    Raises:
        RevisionGone: the mirror does not have the commit; `fetch_commit` first.
        RepositoryUnavailable: the mirror was damaged and the remote cannot be read now. Both: also of all below.
    """
    return mirror.read(repository, commit, lambda open_: tree.cluster_folders(open_, commit, repository.path), cache)


def manifests_at(repository: Repository, commit: str, cache: Path | None = None) -> dict[str, str]:
    """Return the manifests in which wksctl's clusters are to be looked for: name from the repository's root → text.

    Those at and under the repository's path; if there is no such folder, all of them. Files that are too large or no
    UTF-8 are left out.
    """
    path = repository.path

    def look(opened: pygit2.Repository) -> list[tuple[str, bytes | None]]:
        return list(tree.texts(opened, commit, path if tree.has_folder(opened, commit, path) else ""))

    return tree.readable(iter(mirror.read(repository, commit, look, cache)))


def read_files(repository: Repository, commit: str, path: str, cache: Path | None = None) -> dict[str, str]:
    """Return the files at and under `path`: name from the repository's root → text.

    All YAML and JSON files, and of others the small texts, which manifests may have put on hosts.

    Raises:
        BadInput: YAML and JSON files that are too large or no UTF-8, all of them.
    """

    def look(opened: pygit2.Repository) -> tuple[list[tuple[str, bytes | None]], dict[str, str]]:
        return list(tree.texts(opened, commit, path)), dict(tree.beside(opened, commit, path))

    manifests, others = mirror.read(repository, commit, look, cache)
    return others | tree.decoded(iter(manifests))


def read_shared(repository: Repository, commit: str, cache: Path | None = None) -> dict[str, str]:
    """Return the files of the repository's folder addons/: name from the root → text, {} where there is none."""
    return mirror.read(repository, commit, lambda opened: dict(tree.shared(opened, commit)), cache)


def ids_at(repository: Repository, commit: str, paths: tuple[str, ...], cache: Path | None = None) -> dict[str, str]:
    """Return the Git id of each file or folder, "" for one that is not there."""
    return mirror.read(
        repository, commit, lambda opened: {path: tree.object_id(opened, commit, path) for path in paths}, cache
    )


def is_ancestor(repository: Repository, ancestor: str, commit: str, cache: Path | None = None) -> bool:
    """Tell whether `commit` is `ancestor` or follows it; one that the mirror does not have is no ancestor."""

    def follows(opened: pygit2.Repository) -> bool:
        if ancestor in opened:
            return ancestor == commit or opened.descendant_of(commit, ancestor)
        for _ in opened.walk(commit):
            pass  # a history with holes raises: what is missing may be the ancestor, lost by this machine
        return False

    return mirror.read(repository, commit, follows, cache)


def describe(repository: Repository, commit: str, cache: Path | None = None) -> CommitInfo:
    """Return who made the commit, its first line and when."""

    def look(opened: pygit2.Repository) -> CommitInfo:
        found = opened[commit].peel(pygit2.Commit)
        subject = found.message.strip().partition("\n")[0]
        return CommitInfo(author=found.author.name, subject=subject, committed_at=found.commit_time)

    return mirror.read(repository, commit, look, cache)
