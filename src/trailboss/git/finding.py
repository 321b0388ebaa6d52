"""A revision as people name it → the commit that it is, and brought here."""

import re
from pathlib import Path

import pygit2

from trailboss.git import remote as remotes
from trailboss.git.cache import mirror_path
from trailboss.git.folder import opened
from trailboss.git.lock import locked
from trailboss.git.mirror import fetch, fetch_commit
from trailboss.model.errors import RevisionGone
from trailboss.model.revision import Repository

_FULL = re.compile(r"[0-9a-f]{40}")
_PART = re.compile(r"[0-9a-f]{7,39}")
_MOST_NAMED = 10


def find_commit(repository: Repository, revision: str, cache: Path | None = None) -> str:
    """Return the commit that a branch of the remote, or a commit's id or beginning, stands for; the mirror has it then.

    A beginning of seven characters or more is looked for in what the mirror has: the branch that is followed.

    Raises:
        RevisionGone: there is no such branch or commit; the message names the branches.
        RepositoryUnavailable: the remote cannot be reached, trusted or read.
    """
    fetch(repository, cache)
    path = mirror_path(repository, cache)
    with locked(path, exclusive=True), opened(path) as mirror:
        branches = remotes.advertised(mirror, repository)[1]
        commit = branches.get(revision) or _known(mirror, revision.lower())
    if not commit:
        there = ", ".join(sorted(branches)[:_MOST_NAMED]) or "none"
        raise RevisionGone(f"{repository.url} has no branch or commit {revision}; branches: {there}")
    fetch_commit(repository, commit, cache)
    return commit


def _known(mirror: pygit2.Repository, revision: str) -> str:
    if _FULL.fullmatch(revision):
        return revision
    if not _PART.fullmatch(revision):
        return ""
    try:
        return str(mirror.revparse_single(revision).peel(pygit2.Commit).id)
    except (KeyError, ValueError, pygit2.GitError):
        return ""  # none, or more than one
