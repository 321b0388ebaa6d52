"""One bare mirror per repository. It can always be made anew, so anything wrong with it is no reason to stop."""

from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import TypeVar

import pygit2
from opentelemetry import trace

from trailboss.git import remote as remotes
from trailboss.git.cache import mirror_path
from trailboss.git.folder import Damaged, compact, drop_leftovers, made, opened, remove
from trailboss.git.lock import locked
from trailboss.git.tree import beside, cluster_folders, has_folder, shared, texts
from trailboss.model.errors import RepositoryUnavailable, RevisionGone
from trailboss.model.revision import Fetched, Repository

Result = TypeVar("Result")
_TRACER = trace.get_tracer("trailboss.git")


def fetch(repository: Repository, cache: Path | None = None) -> Fetched:
    """Bring the mirror up to the branch of the remote.

    Returns the branch's head, or why there is none (the repository is empty, the branch is gone).

    Raises:
        RepositoryUnavailable: the remote cannot be reached, trusted or read.
    """
    path = mirror_path(repository, cache)
    attributes = {"trailboss.repository": repository.name}
    with _TRACER.start_as_current_span("git fetch", attributes=attributes), locked(path, exclusive=True):
        try:
            with opened(path) as mirror:
                drop_leftovers(path)
                fetched = _update(mirror, repository)
                compact(mirror, path)
                return fetched
        except (Damaged, RepositoryUnavailable) as error:
            if isinstance(error, RepositoryUnavailable) and not _lacks_objects(path, repository):
                raise
            return _make_anew(path, repository)


def fetch_commit(repository: Repository, commit: str, cache: Path | None = None) -> None:
    """Make sure that the mirror has `commit`, even if the branch does not lead to it any more.

    Raises:
        RepositoryUnavailable: the remote cannot be reached, trusted or read.
        RevisionGone: the remote does not have it, or does not give it out.
    """
    fetch(repository, cache)
    path = mirror_path(repository, cache)
    with locked(path, exclusive=True), opened(path) as mirror:
        if commit in mirror:
            return
        remote, _ = remotes.advertised(mirror, repository)
        try:
            remotes.download(remote, repository, commit, f"refs/trailboss/commits/{commit}")
        except RepositoryUnavailable as error:
            raise RevisionGone(f"commit {commit[:12]} is not in {repository.url} any more") from error


def read(
    repository: Repository, commit: str, look: Callable[[pygit2.Repository], Result], cache: Path | None = None
) -> Result:
    """Return what `look` finds in the mirror; a damaged mirror is made anew once.

    Raises:
        RevisionGone: the mirror does not have the commit.
        RepositoryUnavailable: the mirror is damaged and the remote cannot be read now.
    """
    path = mirror_path(repository, cache)
    try:
        return _look(path, repository, commit, look)
    except Damaged:
        with locked(path, exclusive=True):
            _make_anew(path, repository)
    try:
        return _look(path, repository, commit, look)
    except Damaged as error:
        reason = f"{repository.url} lacks objects that commit {commit[:12]} needs; is it a shallow clone? ({error})"
        raise RepositoryUnavailable(reason) from error


def probe(repository: Repository, scratch: Path) -> Fetched:
    """Ask the remote for its branches without fetching; `scratch` is an empty folder.

    Raises:
        RepositoryUnavailable: the remote cannot be reached, trusted or read.
    """
    with made(scratch / "probe.git", repository) as mirror:
        return remotes.judge(repository, remotes.advertised(mirror, repository)[1])


def _look(path: Path, repository: Repository, commit: str, look: Callable[[pygit2.Repository], Result]) -> Result:
    with locked(path, exclusive=False):
        if not path.exists():
            raise RevisionGone(f"{repository.name} has not been fetched to this machine")
        with opened(path) as mirror:
            if commit not in mirror:
                raise RevisionGone(f"commit {commit[:12]} is not in the mirror of {repository.url}")
            return look(mirror)


def _make_anew(path: Path, repository: Repository) -> Fetched:
    """Fetch everything into a new folder and put it in the old one's place only when it is whole."""
    new = path.with_suffix(".new")
    remove(new)
    try:
        with made(new, repository) as mirror:
            fetched = _update(mirror, repository)
    except Damaged as error:
        raise RepositoryUnavailable(f"{repository.url} cannot be mirrored: {error}") from error
    remove(path)
    new.rename(path)
    return fetched


def _update(mirror: pygit2.Repository, repository: Repository) -> Fetched:
    remote, branches = remotes.advertised(mirror, repository)
    fetched = remotes.judge(repository, branches)
    ref = remotes.kept_ref(repository)
    kept = mirror.references.get(ref)
    if not fetched.head:
        return fetched  # what was kept stays: the last good revision stands
    if kept is None or str(kept.target) != fetched.head:
        remotes.download(remote, repository, f"refs/heads/{repository.branch}", ref)
        fetched = Fetched(head=str(mirror.references[ref].target))
    _verify(mirror, fetched.head, repository.path)
    return fetched


def _verify(mirror: pygit2.Repository, head: str, path: str) -> None:
    """Read all that the head has for clusters; libgit2 checks the hash of each object that it reads."""
    for folder in cluster_folders(mirror, head, path):
        for _ in chain(texts(mirror, head, f"{path}/{folder}"), beside(mirror, head, f"{path}/{folder}")):
            pass
    if not has_folder(mirror, head, path):  # wksctl's clusters may lie anywhere
        for _ in texts(mirror, head, ""):
            pass
    for _ in shared(mirror, head):
        pass


def _lacks_objects(path: Path, repository: Repository) -> bool:
    """Tell whether a failed fetch may be the mirror's own fault: what it last fetched cannot be read."""
    try:
        with opened(path) as mirror:
            kept = mirror.references.get(remotes.kept_ref(repository))
            if kept is not None:
                _verify(mirror, str(kept.target), repository.path)
    except Damaged:
        return True
    return False
