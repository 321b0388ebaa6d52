"""One SSH connection for each machine, bastion and worker, made when first needed and kept."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import monotonic

import asyncssh

from trailboss.model.errors import HostRefused, HostUnreachable
from trailboss.model.machine import Machine, SSHAccess
from trailboss.ssh.counting import ConnectionCounts
from trailboss.ssh.trust import known_hosts

_SSH_PORT = 22


@dataclass(frozen=True)
class SSHDefaults:
    """What applies where manifests say nothing.

    `connect_timeout` bounds name resolution, TCP and log-in together, of a bastion and of the machine behind it each.
    `keepalive` is how often a silent connection
    is probed; three unanswered probes end it, so that a dead host is noticed within a minute.
    """

    key_file: Path | None = None
    known_hosts_file: Path = Path("~/.ssh/known_hosts")
    connect_timeout: timedelta = timedelta(seconds=10)
    keepalive: timedelta = timedelta(seconds=15)


@dataclass
class _Slot:
    """One connection, and how the last attempt at it failed: whoever waited for that attempt shares its end.

    So a dead bastion holds a hundred machines up for one time-out, not for a hundred.
    """

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    connection: asyncssh.SSHClientConnection | None = None
    failure: HostRefused | HostUnreachable | None = None
    failed_at: float = 0.0


class _Client(asyncssh.SSHClient):
    """Has the pool count anew when a connection ends, by whichever side."""

    def __init__(self, count: Callable[[], None]) -> None:
        self._count = count

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncssh's
        asyncio.get_running_loop().call_soon(self._count)  # it counts as closed right after this


class SSHPool:
    """Connections by address and access; safe to use from many activities of one worker at once."""

    def __init__(self, defaults: SSHDefaults, counts: ConnectionCounts | None = None) -> None:
        self._defaults = defaults
        self._counts = counts or ConnectionCounts()
        self._slots: dict[tuple[str, SSHAccess], _Slot] = {}

    async def connection(self, machine: Machine) -> asyncssh.SSHClientConnection:
        """Return a live connection to `machine`, which may be shared.

        Raises:
            HostUnreachable: nothing answers there, or at its bastion, in time.
            HostRefused: the key of the host or of its bastion is not the trusted one, or it does not accept ours.
        """
        return await self._kept(machine.name, machine.address, machine.ssh)

    @asynccontextmanager
    async def forwarded_port(self, machine: Machine, host: str, port: int) -> AsyncIterator[int]:
        """Yield a local port that leads through `machine` to `host`:`port`."""
        connection = await self.connection(machine)
        async with connection.forward_local_port("127.0.0.1", 0, host, port) as listener:
            yield listener.get_port()

    async def close(self) -> None:
        for slot in self._slots.values():
            if slot.connection is not None:
                slot.connection.close()
                await slot.connection.wait_closed()

    async def _kept(self, name: str, address: str, access: SSHAccess) -> asyncssh.SSHClientConnection:
        slot = self._slots.setdefault((address, access), _Slot())
        asked = monotonic()
        async with slot.lock:
            if slot.connection is not None and not slot.connection.is_closed():
                return slot.connection
            if slot.failure and slot.failed_at > asked:
                raise type(slot.failure)(str(slot.failure)) from slot.failure
            try:
                slot.connection = await self._connect(name, address, access)
            except (HostRefused, HostUnreachable) as error:
                slot.failure, slot.failed_at = error, monotonic()
                self._counts.failed(error)
                raise
            self._counts.opened()
            self._count_open()
            return slot.connection

    def _count_open(self) -> None:
        connections = (slot.connection for slot in self._slots.values())
        self._counts.now_open(sum(1 for one in connections if one is not None and not one.is_closed()))

    async def _connect(self, name: str, address: str, access: SSHAccess) -> asyncssh.SSHClientConnection:
        tunnel = await self._kept(f"bastion {access.bastion}", *_way_to(access)) if access.bastion else ()
        try:
            return await self._open(address, access, tunnel)
        except asyncssh.HostKeyNotVerifiable as error:
            remedy = "check the host, then write its key into the known hosts"
            raise HostRefused(f"{name} ({address}): {error.reason}; {remedy}") from error
        except (asyncssh.PermissionDenied, asyncssh.KeyImportError) as error:
            remedy = f"check user {access.user!r} and the key file"
            raise HostRefused(f"{name} ({address}): {error}; {remedy}") from error
        except (OSError, TimeoutError, asyncssh.Error) as error:
            reason = str(error) or type(error).__name__
            raise HostUnreachable(f"{name} ({address}:{access.port}): {reason}") from error

    async def _open(
        self, address: str, access: SSHAccess, tunnel: "asyncssh.SSHClientConnection | tuple[()]"
    ) -> asyncssh.SSHClientConnection:
        return await asyncssh.connect(
            address,
            access.port,
            client_factory=lambda: _Client(self._count_open),
            username=access.user,
            client_keys=self._client_keys(access),
            known_hosts=known_hosts(access, self._defaults.known_hosts_file),
            tunnel=tunnel,
            connect_timeout=self._defaults.connect_timeout.total_seconds(),
            login_timeout=self._defaults.connect_timeout.total_seconds(),
            keepalive_interval=self._defaults.keepalive.total_seconds(),
            config=[],  # the worker's own ~/.ssh/config must not change where a cluster's machines are
        )

    def _client_keys(self, access: SSHAccess) -> list[str] | tuple[()]:
        file = Path(access.key_file) if access.key_file else self._defaults.key_file
        if file is None:
            return ()  # asyncssh then tries the agent and ~/.ssh
        if not file.expanduser().is_file():
            raise HostRefused(f"SSH key file {file}: there is no such file on this worker")
        return [str(file.expanduser())]


def _way_to(access: SSHAccess) -> tuple[str, SSHAccess]:
    """Return the bastion's address and how to log in there: with the keys and known hosts of the machine behind it."""
    user, _, place = (access.bastion or "").rpartition("@")
    host, _, port = place.partition(":")
    return host, access.model_copy(update={"user": user, "port": int(port or _SSH_PORT), "bastion": None})
