"""Talking to the remote: what it has, and fetching it. Every failure is told with what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

import pygit2
from pygit2.enums import FetchPrune, Option

from trailboss.git import address
from trailboss.git.credentials import Callbacks, trusting
from trailboss.model.errors import RepositoryUnavailable
from trailboss.model.revision import Fetched, Repository

REMOTE = "origin"
_CONNECT_MILLISECONDS = 10_000
_SILENCE_MILLISECONDS = 20_000  # a remote that sends nothing for so long is given up

pygit2.option(Option.SET_SERVER_CONNECT_TIMEOUT, _CONNECT_MILLISECONDS)
pygit2.option(Option.SET_SERVER_TIMEOUT, _SILENCE_MILLISECONDS)
pygit2.option(Option.ENABLE_FSYNC_GITDIR, True)  # a host that loses power must not keep half of what it fetched


def kept_ref(repository: Repository) -> str:
    """Return where the mirror keeps the branch."""
    return f"refs/trailboss/heads/{repository.branch}"


def advertised(mirror: pygit2.Repository, repository: Repository) -> tuple[pygit2.Remote, dict[str, str]]:
    """Connect and return the remote with its branches: name → commit.

    Raises:
        RepositoryUnavailable: the remote cannot be reached, trusted or read.
    """
    remote = mirror.remotes[REMOTE]
    with _explained(repository):
        _check(repository)
        with trusting(repository):
            remote.connect(callbacks=Callbacks(repository), proxy=True)
        heads = remote.list_heads(connect=False)
    prefix = "refs/heads/"
    return remote, {h.name.removeprefix(prefix): str(h.oid) for h in heads if h.name and h.name.startswith(prefix)}


def judge(repository: Repository, branches: dict[str, str]) -> Fetched:
    """Say what the branch points to, or why there is nothing to follow."""
    if head := branches.get(repository.branch):
        return Fetched(head=head)
    if not branches:
        return Fetched(problem=f"{repository.url} is empty: it has no branch yet")
    there = ", ".join(sorted(branches)[:10])
    return Fetched(problem=f"{repository.url} has no branch {repository.branch} (any more); there are: {there}")


def download(remote: pygit2.Remote, repository: Repository, source: str, target: str) -> None:
    """Fetch one ref or commit of a connected remote into a ref of ours."""
    callbacks = Callbacks(repository, trusts_nobody_else=True)
    with _explained(repository):
        remote.fetch([f"+{source}:{target}"], callbacks=callbacks, prune=FetchPrune.NO_PRUNE, proxy=True)


def _check(repository: Repository) -> None:
    kind = address.transport(repository.url)
    if kind == "other":
        raise RepositoryUnavailable(f"{repository.url}: a repository is a local path, file://, ssh:// or https://")
    if kind == "local" and not address.local_path(repository.url).is_dir():
        raise RepositoryUnavailable(f"{repository.url}: there is no such folder on this machine")


@contextmanager
def _explained(repository: Repository) -> Iterator[None]:
    """Turn libgit2's errors into ours; libgit2's own words are kept."""
    try:
        yield
    except pygit2.errors.CertificateError as error:
        raise RepositoryUnavailable(_untrusted(repository)) from error
    except (pygit2.GitError, OSError, ValueError, KeyError) as error:
        raise RepositoryUnavailable(f"{repository.url} cannot be read: {error}{_hint(str(error))}") from error


def _untrusted(repository: Repository) -> str:
    name = address.host(repository.url)
    if address.transport(repository.url) != "ssh":
        return f"{repository.url}: the certificate of {name} is not one that this machine trusts"
    file = repository.known_hosts_file or "~/.ssh/known_hosts"
    return f"{repository.url}: the SSH host key of {name} is unknown or another than in {file}; verify it and add it"


def _hint(message: str) -> str:
    if "not owned by" in message:
        return "; `git config --global --add safe.directory PATH` as the worker's user, or change its owner"
    if "public key from private key" in message:
        return "; is the key protected by a passphrase? Put it into an SSH agent"
    return ""
