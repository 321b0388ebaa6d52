"""One SSH connection for each machine and worker, made when first needed and kept."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import asyncssh

from trailboss.model.errors import HostRefused, HostUnreachable
from trailboss.model.machine import Machine, SSHAccess
from trailboss.ssh.trust import known_hosts


@dataclass(frozen=True)
class SSHDefaults:
    """What applies where manifests say nothing.

    `connect_timeout` bounds name resolution, TCP and log-in together. `keepalive` is how often a silent connection
    is probed; three unanswered probes end it, so that a dead host is noticed within a minute.
    """

    key_file: Path | None = None
    known_hosts_file: Path = Path("~/.ssh/known_hosts")
    connect_timeout: timedelta = timedelta(seconds=10)
    keepalive: timedelta = timedelta(seconds=15)


@dataclass
class _Slot:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    connection: asyncssh.SSHClientConnection | None = None


class SSHPool:
    """Connections by address and access; safe to use from many activities of one worker at once."""

    def __init__(self, defaults: SSHDefaults) -> None:
        self._defaults = defaults
        self._slots: dict[tuple[str, SSHAccess], _Slot] = {}

    async def connection(self, machine: Machine) -> asyncssh.SSHClientConnection:
        """Return a live connection to `machine`, which may be shared.

        Raises:
            HostUnreachable: nothing answers there in time.
            HostRefused: the host's key is not the trusted one, or it does not accept ours.
        """
        slot = self._slots.setdefault((machine.address, machine.ssh), _Slot())
        async with slot.lock:
            if slot.connection is None or slot.connection.is_closed():
                slot.connection = await self._connect(machine)
            return slot.connection

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

    async def _connect(self, machine: Machine) -> asyncssh.SSHClientConnection:
        try:
            return await self._open(machine)
        except asyncssh.HostKeyNotVerifiable as error:
            remedy = "check the host, then write its key into the known hosts"
            raise HostRefused(f"{machine.name} ({machine.address}): {error.reason}; {remedy}") from error
        except (asyncssh.PermissionDenied, asyncssh.KeyImportError) as error:
            remedy = f"check user {machine.ssh.user!r} and the key file"
            raise HostRefused(f"{machine.name} ({machine.address}): {error}; {remedy}") from error
        except (OSError, TimeoutError, asyncssh.Error) as error:
            reason = str(error) or type(error).__name__
            raise HostUnreachable(f"{machine.name} ({machine.address}:{machine.ssh.port}): {reason}") from error

    async def _open(self, machine: Machine) -> asyncssh.SSHClientConnection:
        access = machine.ssh
        return await asyncssh.connect(
            machine.address,
            access.port,
            username=access.user,
            client_keys=self._client_keys(access),
            known_hosts=known_hosts(access, self._defaults.known_hosts_file),
            tunnel=access.bastion or (),
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
