"""How to log in to a remote, and whom to trust. Secrets are read from files when they are needed and never kept."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from urllib.parse import unquote, urlsplit

import pygit2
from pygit2.enums import CredentialType, Option

from trailboss.git import address
from trailboss.model.errors import RepositoryUnavailable
from trailboss.model.revision import Repository

_LONGEST_TRANSFER_SECONDS = 110.0  # below the time-out of the poll's activity
_KEYS = ("id_ed25519", "id_ecdsa", "id_rsa")
# libgit2 reads known_hosts in the home folder that is set for the whole process; one connection at a time sets it.
_home = Lock()


class Callbacks(pygit2.RemoteCallbacks):
    """Answers libgit2's questions for one connection.

    `trusts_nobody_else`: the remote is connected and was trusted; should libgit2 connect again, then outside of
    `trusting`, where another known_hosts file may be in force, and that is refused.
    """

    def __init__(self, repository: Repository, *, trusts_nobody_else: bool = False) -> None:
        super().__init__()
        self._repository = repository
        self._closed = trusts_nobody_else and address.transport(repository.url) == "ssh"
        self._asked = False
        self._deadline = time.monotonic() + _LONGEST_TRANSFER_SECONDS

    def certificate_check(self, certificate: None, valid: bool, host: bytes) -> bool:  # noqa: ARG002 - pygit2's signature
        """Trust what libgit2 found valid and nothing else: pygit2's own default takes any SSH host key."""
        return valid and not self._closed

    def credentials(
        self, url: str, username_from_url: str | None, allowed_types: CredentialType
    ) -> pygit2.Username | pygit2.UserPass | pygit2.Keypair:
        user = username_from_url or "git"
        if not allowed_types & (CredentialType.SSH_KEY | CredentialType.USERPASS_PLAINTEXT):
            return pygit2.Username(user)
        if self._asked:  # libgit2 asks again for ever when what it was given is refused
            raise RepositoryUnavailable(f"{address.host(url)} refuses the credentials: {_given(self._repository)}")
        self._asked = True
        if allowed_types & CredentialType.SSH_KEY:
            return _keypair(user, self._repository.ssh_key_file)
        return _user_pass(url, self._repository.https_credentials_file)

    def transfer_progress(self, stats: object) -> None:  # noqa: ARG002 - pygit2's signature
        """Give up a transfer that takes too long; a thread cannot be stopped from outside."""
        if time.monotonic() > self._deadline:
            raise RepositoryUnavailable(f"the transfer took longer than {_LONGEST_TRANSFER_SECONDS:.0f} s")


@contextmanager
def trusting(repository: Repository) -> Iterator[None]:
    """Make libgit2 check SSH host keys against the repository's known_hosts file, and no other, in the body."""
    if address.transport(repository.url) != "ssh":
        yield
        return
    known_hosts = _existing(repository.known_hosts_file or "~/.ssh/known_hosts", "known_hosts file")
    with _home, TemporaryDirectory(prefix="trailboss-") as home:
        (Path(home) / ".ssh").mkdir()
        (Path(home) / ".ssh" / "known_hosts").symlink_to(known_hosts)
        before = pygit2.option(Option.GET_HOMEDIR)
        pygit2.option(Option.SET_HOMEDIR, home)
        try:
            yield
        finally:
            pygit2.option(Option.SET_HOMEDIR, before)


def _keypair(user: str, key_file: str | None) -> pygit2.Keypair:
    if key_file:
        return pygit2.Keypair(user, None, _existing(key_file, "SSH key file"), "")
    if os.environ.get("SSH_AUTH_SOCK"):
        return pygit2.KeypairFromAgent(user)
    for name in _KEYS:
        path = Path("~/.ssh").expanduser() / name
        if path.is_file():
            return pygit2.Keypair(user, None, path, "")
    raise RepositoryUnavailable(f"no SSH key: no agent runs and ~/.ssh has none of {', '.join(_KEYS)}; name one")


def _user_pass(url: str, credentials_file: str | None) -> pygit2.UserPass:
    """Find the first line of the file (as `git credential-store` writes it) for the URL's host and port."""
    if not credentials_file:
        raise RepositoryUnavailable(f"{address.host(url)} asks for credentials: name an HTTPS credentials file")
    wanted = urlsplit(url)
    for line in _existing(credentials_file, "HTTPS credentials file").read_text("utf-8").splitlines():
        found = urlsplit(line.strip())
        if (found.scheme, found.hostname, found.port) == ("https", wanted.hostname, wanted.port) and found.username:
            return pygit2.UserPass(unquote(found.username), unquote(found.password or ""))
    raise RepositoryUnavailable(
        f"{credentials_file} has no line https://USER:PASSWORD@{address.host(url)} (as git credential-store writes it)"
    )


def _existing(name: str, what: str) -> Path:
    path = Path(name).expanduser().absolute()
    if not path.is_file():
        raise RepositoryUnavailable(f"the {what} {path} is not there")
    return path


def _given(repository: Repository) -> str:
    if address.transport(repository.url) == "https":
        return f"those of {repository.https_credentials_file}"
    return f"the SSH key {repository.ssh_key_file or 'of the agent or ~/.ssh'}; one with a passphrase needs an agent"
