"""Scripts against a real SSH server in this process, which runs them with the local bash."""

import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import asyncssh
import pytest
import pytest_asyncio
from tests.unit.ssh.server import machine_that_answers

import trailboss.ssh.host as host_module
from trailboss.model.errors import CommandFailed, HostRefused, HostUnreachable, StaleWriter
from trailboss.model.machine import Machine, SSHAccess
from trailboss.ssh import Host, SSHDefaults, SSHPool, Writer

SECOND = timedelta(seconds=1)


@pytest_asyncio.fixture
async def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Machine]:
    monkeypatch.setattr(host_module, "STATE", str(tmp_path / "state"))
    async with machine_that_answers() as machine:
        yield machine


@pytest_asyncio.fixture
async def pool() -> AsyncIterator[SSHPool]:
    pool = SSHPool(SSHDefaults(connect_timeout=SECOND))
    yield pool
    await pool.close()


async def test_reads_the_output_of_a_script(machine: Machine, pool: SSHPool) -> None:
    assert await Host(pool, machine).read("echo one; echo two", summary="count") == "one\ntwo\n"


async def test_a_failed_command_reports_host_words_status_and_the_end_of_its_errors(
    machine: Machine, pool: SSHPool
) -> None:
    with pytest.raises(CommandFailed) as failure:
        await Host(pool, machine).read("token=hunter2; echo 'disk is full' >&2; exit 3", summary="write a file")
    assert str(failure.value) == "cp-1: 'write a file' ended with exit status 3: disk is full"
    assert "hunter2" not in str(failure.value)


async def test_a_newer_writer_shuts_an_older_one_out(machine: Machine, pool: SSHPool) -> None:
    host = Host(pool, machine)
    await host.change(Writer("demo", 2), "true", summary="newer", within=SECOND)
    with pytest.raises(StaleWriter, match="newer change"):
        await host.change(Writer("demo", 1), "true", summary="older", within=SECOND)


async def test_another_clusters_host_is_left_alone(machine: Machine, pool: SSHPool) -> None:
    host = Host(pool, machine)
    await host.change(Writer("demo", 1), "true", summary="take", within=SECOND)
    with pytest.raises(HostRefused, match="belongs to cluster demo"):
        await host.change(Writer("other", 9), "true", summary="take over", within=SECOND)


async def test_an_unknown_host_key_is_refused(machine: Machine, pool: SSHPool) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    line = f"[127.0.0.1]:{machine.ssh.port} {other}"
    stranger = machine.model_copy(update={"ssh": SSHAccess(port=machine.ssh.port, known_hosts=(line,))})
    with pytest.raises(HostRefused, match="write its key into the known hosts"):
        await Host(pool, stranger).read("true", summary="look")


async def test_nothing_listening_is_unreachable(machine: Machine, pool: SSHPool) -> None:
    gone = machine.model_copy(update={"ssh": machine.ssh.model_copy(update={"port": 1})})
    with pytest.raises(HostUnreachable, match=r"cp-1 \(127.0.0.1:1\)"):
        await Host(pool, gone).read("true", summary="look")


async def test_a_hanging_script_is_given_up_in_time(machine: Machine, pool: SSHPool) -> None:
    with pytest.raises(HostUnreachable, match="TimeoutError"):
        await Host(pool, machine).read("sleep 5", summary="hang", within=timedelta(seconds=0.2))


async def test_a_missing_key_file_is_named(machine: Machine, pool: SSHPool) -> None:
    access = machine.ssh.model_copy(update={"key_file": "/nowhere/id_ed25519"})
    with pytest.raises(HostRefused, match="/nowhere/id_ed25519"):
        await Host(pool, machine.model_copy(update={"ssh": access})).read("true", summary="look")


async def test_a_file_is_fetched_whole_and_is_its_owners_alone(machine: Machine, pool: SSHPool, tmp_path: Path) -> None:
    content = bytes(range(256)) * 20_000
    (tmp_path / "it's far").write_bytes(content)
    local = tmp_path / "near"
    await Host(pool, machine).fetch(str(tmp_path / "it's far"), local, within=timedelta(seconds=30))
    assert local.read_bytes() == content
    assert local.stat().st_mode & 0o777 == 0o600


async def test_a_file_that_is_not_there_is_a_failed_command(machine: Machine, pool: SSHPool, tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="No such file"):
        await Host(pool, machine).fetch("/nowhere/snapshot", tmp_path / "near", within=SECOND)


async def test_a_fetch_from_nobody_is_unreachable(machine: Machine, pool: SSHPool, tmp_path: Path) -> None:
    gone = machine.model_copy(update={"ssh": machine.ssh.model_copy(update={"port": 1})})
    with pytest.raises(HostUnreachable):
        await Host(pool, gone).fetch("/nowhere", tmp_path / "near", within=SECOND)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


async def test_a_file_arrives_whole_and_is_roots_alone(machine: Machine, pool: SSHPool, tmp_path: Path) -> None:
    content = bytes(range(256)) * 20_000 + b"\nreceive\nexit 1\n"
    (tmp_path / "local").write_bytes(content)
    there = tmp_path / "a" / "file"
    host, writer = Host(pool, machine), Writer("demo", 1)
    await host.send(writer, tmp_path / "local", str(there), sha256=_digest(content), within=10 * SECOND)
    assert there.read_bytes() == content
    assert (there.stat().st_mode & 0o777, [path.name for path in there.parent.iterdir()]) == (0o600, ["file"])


async def test_a_file_that_is_there_already_is_not_written_again(
    machine: Machine, pool: SSHPool, tmp_path: Path
) -> None:
    (tmp_path / "local").write_bytes(b"same")
    (tmp_path / "there").write_bytes(b"same")
    before = (tmp_path / "there").stat().st_ino
    sending = Host(pool, machine).send(
        Writer("demo", 1), tmp_path / "local", str(tmp_path / "there"), sha256=_digest(b"same"), within=10 * SECOND
    )
    await sending
    assert (tmp_path / "there").stat().st_ino == before


async def test_a_file_that_is_not_what_its_digest_says_does_not_count(
    machine: Machine, pool: SSHPool, tmp_path: Path
) -> None:
    (tmp_path / "local").write_bytes(b"damaged")
    (tmp_path / "there").write_bytes(b"old")
    host = Host(pool, machine)
    with pytest.raises(CommandFailed, match="FAILED"):
        await host.send(
            Writer("demo", 1), tmp_path / "local", str(tmp_path / "there"), sha256=_digest(b"x"), within=10 * SECOND
        )
    assert (tmp_path / "there").read_bytes() == b"old"


async def test_a_stale_writer_sends_nothing(machine: Machine, pool: SSHPool, tmp_path: Path) -> None:
    host = Host(pool, machine)
    await host.change(Writer("demo", 5), "true\n", summary="take", within=SECOND)
    (tmp_path / "local").write_bytes(b"new")
    with pytest.raises(StaleWriter):
        await host.send(
            Writer("demo", 4), tmp_path / "local", str(tmp_path / "there"), sha256=_digest(b"new"), within=10 * SECOND
        )
    assert not (tmp_path / "there").exists()
