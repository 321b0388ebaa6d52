import asyncio
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pygit2
import pytest
import pytest_asyncio
from pygit2.enums import Option
from tests.unit.git.origin import Origin
from tests.unit.git.servers import SSHServer, https_server, ssh_server

from trailboss import git
from trailboss.activities.git.threads import in_git_thread
from trailboss.git import address
from trailboss.model.errors import RepositoryUnavailable
from trailboss.model.revision import Repository


@pytest.fixture
def origin(tmp_path: Path) -> Origin:
    origin = Origin(tmp_path / "origin")
    origin.push({"clusters/a/c.yaml": "a: 1"})
    return origin


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> AsyncIterator[SSHServer]:
    async with ssh_server(tmp_path) as server:
        yield server


def over_ssh(origin: Origin, server: SSHServer, known_hosts: str, **changes: object) -> Repository:
    url = f"ssh://git@127.0.0.1:{server.port}{origin.path}"
    return origin.repository(url=url, ssh_key_file=str(server.key_file), known_hosts_file=known_hosts, **changes)


async def refused(repository: Repository, cache: Path, words: str) -> None:
    with pytest.raises(RepositoryUnavailable, match=words):
        await asyncio.to_thread(git.fetch, repository, cache)


async def test_ssh_with_a_known_host_key(origin: Origin, server: SSHServer, tmp_path: Path) -> None:
    home = pygit2.option(Option.GET_HOMEDIR)
    repository = over_ssh(origin, server, server.known_hosts(tmp_path / "known"))
    fetched = await asyncio.to_thread(git.fetch, repository, tmp_path / "cache")
    assert git.clusters_at(repository, fetched.head, tmp_path / "cache")
    assert server.commands == [f"git-upload-pack '{origin.path}'"]
    assert pygit2.option(Option.GET_HOMEDIR) == home


async def test_ssh_with_another_host_key(origin: Origin, server: SSHServer, tmp_path: Path) -> None:
    other = server.key_file.with_name("key.pub").read_text().strip()
    repository = over_ssh(origin, server, server.known_hosts(tmp_path / "known", other))
    await refused(repository, tmp_path / "cache", "host key of 127.0.0.1 is unknown or another")
    assert server.commands == []


async def test_ssh_with_an_unknown_host_key(origin: Origin, server: SSHServer, tmp_path: Path) -> None:
    (tmp_path / "known").write_text("")
    repository = over_ssh(origin, server, str(tmp_path / "known"))
    await refused(repository, tmp_path / "cache", "host key of 127.0.0.1 is unknown")
    assert server.commands == []


async def test_ssh_files_that_are_not_there(origin: Origin, server: SSHServer, tmp_path: Path) -> None:
    known = server.known_hosts(tmp_path / "known")
    await refused(over_ssh(origin, server, str(tmp_path / "no")), tmp_path / "c", "known_hosts file .* is not there")
    repository = over_ssh(origin, server, known).model_copy(update={"ssh_key_file": str(tmp_path / "no")})
    await refused(repository, tmp_path / "c", "SSH key file .* is not there")


async def test_ssh_with_a_key_that_is_not_let_in(origin: Origin, server: SSHServer, tmp_path: Path) -> None:
    stranger = tmp_path / "stranger"
    await asyncio.to_thread(subprocess.run, ["ssh-keygen", "-qt", "ed25519", "-N", "", "-f", stranger], check=True)
    repository = over_ssh(origin, server, server.known_hosts(tmp_path / "known"))
    repository = repository.model_copy(update={"ssh_key_file": str(stranger)})
    await refused(repository, tmp_path / "cache", "refuses the credentials")


async def test_two_known_hosts_files_at_once(origin: Origin, server: SSHServer, tmp_path: Path) -> None:
    good = over_ssh(origin, server, server.known_hosts(tmp_path / "good"))
    (tmp_path / "empty").write_text("")
    bad = over_ssh(origin, server, str(tmp_path / "empty"))
    caches = [tmp_path / f"cache{number}" for number in range(8)]
    fetches = [in_git_thread(git.fetch, good if n % 2 else bad, cache) for n, cache in enumerate(caches)]
    results = await asyncio.gather(*fetches, return_exceptions=True)
    assert [isinstance(result, RepositoryUnavailable) for result in results] == [True, False] * 4


@pytest.fixture
def https(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, Path]]:
    monkeypatch.setenv("HOME", str(tmp_path))  # git-http-backend reads the user's configuration
    with https_server(tmp_path, tmp_path, "robot:s3cr:t") as server:
        yield server


@pytest.fixture
def trusted(https: tuple[int, Path]) -> Iterator[int]:
    port, certificate = https
    pygit2.settings.set_ssl_cert_locations(str(certificate), None)  # type: ignore[arg-type]
    yield port
    pygit2.settings.ssl_cert_file = pygit2.settings._default_tls_verify_paths.cafile  # type: ignore[union-attr]


def over_https(origin: Origin, port: int, credentials: Path | None) -> Repository:
    file = str(credentials) if credentials else None
    return origin.repository(url=f"https://127.0.0.1:{port}/origin", https_credentials_file=file)


def credentials(path: Path, line: str) -> Path:
    path.write_text(f"https://somebody:else@example.org\n{line}\n")
    return path


def test_https_with_credentials_from_a_file(origin: Origin, trusted: int, tmp_path: Path) -> None:
    file = credentials(tmp_path / "store", f"https://robot:s3cr%3At@127.0.0.1:{trusted}")
    repository = over_https(origin, trusted, file)
    head = git.fetch(repository, tmp_path / "cache").head
    assert git.clusters_at(repository, head, tmp_path / "cache")
    for kept in (path for path in (tmp_path / "cache").rglob("*") if path.is_file()):
        assert b"s3cr" not in kept.read_bytes()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("https://robot:wrong@127.0.0.1:{port}", "refuses the credentials"),
        ("https://robot:s3cr%3At@127.0.0.2:{port}", "has no line"),
        ("http://robot:s3cr%3At@127.0.0.1:{port}", "has no line"),
    ],
)
def test_https_with_credentials_that_do_not_fit(
    origin: Origin, trusted: int, tmp_path: Path, line: str, words: str
) -> None:
    file = credentials(tmp_path / "store", line.format(port=trusted))
    with pytest.raises(RepositoryUnavailable, match=words) as caught:
        git.fetch(over_https(origin, trusted, file), tmp_path / "cache")
    assert "s3cr" not in str(caught.value)
    assert "wrong" not in str(caught.value)


def test_https_that_asks_for_credentials_there_are_none_of(origin: Origin, trusted: int, tmp_path: Path) -> None:
    with pytest.raises(RepositoryUnavailable, match="asks for credentials"):
        git.fetch(over_https(origin, trusted, None), tmp_path / "cache")


def test_https_with_a_certificate_that_nobody_vouches_for(
    origin: Origin, https: tuple[int, Path], tmp_path: Path
) -> None:
    with pytest.raises(RepositoryUnavailable, match="is not one that this machine trusts"):
        git.fetch(over_https(origin, https[0], None), tmp_path / "cache")


@pytest.mark.parametrize("scheme", ["https", "ssh"])
def test_a_remote_that_says_nothing_is_given_up(origin: Origin, tmp_path: Path, scheme: str) -> None:
    (tmp_path / "known").write_text("")
    pygit2.option(Option.SET_SERVER_TIMEOUT, 200)
    try:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"{scheme}://127.0.0.1:{silent.getsockname()[1]}/x"
            began = time.monotonic()
            with pytest.raises(RepositoryUnavailable):
                git.fetch(origin.repository(url=url, known_hosts_file=str(tmp_path / "known")), tmp_path / "cache")
    finally:
        pygit2.option(Option.SET_SERVER_TIMEOUT, 20_000)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("url", "transport", "host"),
    [
        ("/srv/git/fleet", "local", ""),
        ("./a:b", "local", ""),
        ("file:///srv/git/fleet", "local", ""),
        ("git@github.com:acme/fleet.git", "ssh", "github.com"),
        ("forge:fleet.git", "ssh", "forge"),
        ("[::1]:fleet.git", "ssh", "::1"),
        ("ssh://git@[::1]:2222/fleet", "ssh", "::1"),
        ("https://example.org/fleet", "https", "example.org"),
        ("http://example.org/fleet", "other", "example.org"),
        ("git://example.org/fleet", "other", "example.org"),
    ],
)
def test_how_a_url_is_reached(url: str, transport: str, host: str) -> None:
    assert address.transport(url) == transport
    assert address.host(url) == host


def test_a_password_in_a_url_is_seen() -> None:
    assert address.secret_in("https://me:secret@example.org/x")
    assert not address.secret_in("ssh://git@example.org:22/x")
    assert not address.secret_in("git@example.org:x")
