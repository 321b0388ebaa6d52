"""A machine behind a jump host: two real SSH servers in this process, each with a key and a user of its own."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import asyncssh
import pytest
import pytest_asyncio

from trailboss.cli.ssh_words import ssh_words
from trailboss.model.errors import HostRefused, HostUnreachable
from trailboss.model.machine import Machine, SSHAccess
from trailboss.ssh import Host, SSHDefaults, SSHPool


class Jump(asyncssh.SSHServer):
    """Lets `jump` in with a key that it knows, and anybody through who is in; counts who came."""

    def __init__(self, place: "Place") -> None:
        self.place = place

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == "jump" and key.public_data == self.place.client.public_data

    def auth_completed(self) -> None:
        self.place.came += 1

    def connection_requested(self, *_: object) -> bool:
        return True


class Target(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return username != "root"


class Place:
    """A bastion, a machine behind it, and the keys to both."""

    def __init__(self, folder: Path) -> None:
        self.client = asyncssh.generate_private_key("ssh-ed25519")
        self.keys = [asyncssh.generate_private_key("ssh-ed25519") for _ in range(2)]
        self.key_file, self.came, self.ports = folder / "id", 0, [0, 0]
        self.client.write_private_key(str(self.key_file))

    def machine(self, **changes: object) -> Machine:
        lines = [_known(port, key) for port, key in zip(self.ports, self.keys, strict=True)]
        access = SSHAccess(
            port=self.ports[1],
            key_file=str(self.key_file),
            known_hosts=tuple(lines),
            bastion=f"jump@127.0.0.1:{self.ports[0]}",
        )
        ssh = access.model_copy(update=changes)
        return Machine(name="w-1", role="worker", address="127.0.0.1", kubernetes_version="1.34.4", ssh=ssh)


def _known(port: int, key: asyncssh.SSHKey) -> str:
    return f"[127.0.0.1]:{port} {key.export_public_key().decode().strip()}"


async def _answer(process: asyncssh.SSHServerProcess[str]) -> None:
    process.stdout.write(await process.stdin.read())
    process.exit(0)


@pytest_asyncio.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    made = Place(tmp_path)
    bastion = await asyncssh.create_server(lambda: Jump(made), "127.0.0.1", 0, server_host_keys=[made.keys[0]])
    target = await asyncssh.create_server(
        Target, "127.0.0.1", 0, server_host_keys=[made.keys[1]], process_factory=_answer
    )
    async with bastion, target:
        made.ports = [bastion.get_port(), target.get_port()]
        yield made


@pytest_asyncio.fixture
async def pool(tmp_path: Path) -> AsyncIterator[SSHPool]:
    pool = SSHPool(SSHDefaults(connect_timeout=timedelta(seconds=1), known_hosts_file=tmp_path / "none"))
    yield pool
    await pool.close()


async def test_a_bastion_is_entered_with_the_machines_key_and_known_hosts_once_for_all(
    place: Place, pool: SSHPool
) -> None:
    one = place.machine()
    other = one.model_copy(update={"name": "w-2", "address": "localhost"})
    line = _known(place.ports[1], place.keys[1]).replace("127.0.0.1", "localhost")
    known = (*one.ssh.known_hosts, line)
    machines = [machine.model_copy(update={"ssh": place.machine(known_hosts=known).ssh}) for machine in (one, other)]
    said = await asyncio.gather(*(Host(pool, machine).read("hello", summary="greet") for machine in machines))
    assert said == ["hello", "hello"]
    assert place.came == 1


async def test_a_bastion_with_an_unknown_key_is_refused_by_name(place: Place, pool: SSHPool) -> None:
    machine = place.machine(known_hosts=(_known(place.ports[1], place.keys[1]),))
    with pytest.raises(HostRefused, match=r"^bastion jump@127\.0\.0\.1:\d+ .*write its key into the known hosts"):
        await Host(pool, machine).read("hello", summary="greet")


async def test_a_bastion_that_does_not_know_our_user_is_named(place: Place, pool: SSHPool) -> None:
    machine = place.machine(bastion=f"ada@127.0.0.1:{place.ports[0]}")
    with pytest.raises(HostRefused, match=r"^bastion ada@.*check user 'ada' and the key file"):
        await Host(pool, machine).read("hello", summary="greet")


async def test_a_machine_that_its_bastion_cannot_reach_is_named_itself(place: Place, pool: SSHPool) -> None:
    with pytest.raises(HostUnreachable, match=r"^w-1 \(127\.0\.0\.1:1\)"):
        await Host(pool, place.machine(port=1)).read("hello", summary="greet")


async def test_those_who_wait_for_a_dead_bastion_share_its_end(pool: SSHPool, place: Place) -> None:
    async with await asyncio.start_server(lambda *_: asyncio.sleep(2), "127.0.0.1", 0) as silent:
        port = silent.sockets[0].getsockname()[1]
        machines = [
            place.machine(bastion=f"jump@127.0.0.1:{port}").model_copy(update={"address": f"127.0.0.{last}"})
            for last in range(1, 6)
        ]
        began = time.monotonic()
        ends = await asyncio.gather(*(pool.connection(machine) for machine in machines), return_exceptions=True)
    assert [type(end) for end in ends] == [HostUnreachable] * 5
    assert all(str(end).startswith(f"bastion jump@127.0.0.1:{port}") for end in ends)
    assert time.monotonic() - began < 3


@pytest.mark.slow
async def test_the_systems_ssh_goes_the_same_way(place: Place, tmp_path: Path) -> None:
    place.key_file.chmod(0o600)  # as ssh wants it
    machine = place.machine()
    folder = tmp_path / "a folder"
    folder.mkdir()
    kept = folder / "known_hosts 100%"
    kept.write_text("\n".join(machine.ssh.known_hosts) + "\n")
    words = ssh_words(machine, SSHDefaults(), kept, ("cat",))
    process = await asyncio.create_subprocess_exec(
        *words, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate(b"through")
    assert (process.returncode, out) == (0, b"through"), err.decode()
    assert place.came == 1


@pytest.mark.slow
async def test_the_systems_ssh_trusts_no_other_key(place: Place, tmp_path: Path) -> None:
    place.key_file.chmod(0o600)
    kept = tmp_path / "known_hosts"
    kept.write_text(_known(place.ports[0], place.keys[0]) + "\n" + _known(place.ports[1], place.keys[0]) + "\n")
    words = ssh_words(place.machine(), SSHDefaults(), kept, ("cat",))
    process = await asyncio.create_subprocess_exec(*words, stderr=asyncio.subprocess.PIPE)
    _, err = await process.communicate()
    assert process.returncode == 255
    assert b"Host key verification failed" in err
