"""One machine as a worker sees it: scripts go in over standard input, so that nothing stands in a command line."""

import asyncio
import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import asyncssh
from opentelemetry import trace

from trailboss.model.errors import CommandFailed, HostRefused, HostUnreachable, StaleWriter, TemporaryError
from trailboss.model.machine import Machine
from trailboss.ssh.pool import SSHPool

STATE = "/var/lib/trailboss"
OWNED_BY_ANOTHER = 78
STALE = 79
_PIECE_BYTES = 1024**2
_TRACER = trace.get_tracer("trailboss.ssh")


@dataclass(frozen=True)
class Writer:
    """Who changes a host: the cluster it belongs to, and a token that grows with each change of that cluster."""

    cluster: str
    fence: int

    def guard(self) -> str:
        """Return the start of every script that changes a host: it ends there if the writer has no right to go on."""
        cluster = shlex.quote(self.cluster)
        return (
            f"set -eu; umask 022; mkdir -p {STATE}; exec 9>{STATE}/lock; flock 9\n"
            f'if [ -s {STATE}/owner ] && [ "$(cat {STATE}/owner)" != {cluster} ]; then'
            f' echo "this host belongs to cluster $(cat {STATE}/owner)" >&2; exit {OWNED_BY_ANOTHER}; fi\n'
            f'if [ -s {STATE}/fence ] && [ "$(cat {STATE}/fence)" -gt {self.fence} ]; then exit {STALE}; fi\n'
            f"printf '%s\\n' {cluster} > {STATE}/owner.new && mv {STATE}/owner.new {STATE}/owner\n"
            f"echo {self.fence} > {STATE}/fence.new && mv {STATE}/fence.new {STATE}/fence\n"
            "exec 9>&-\n"
        )


class Host:
    """Runs scripts on one machine as root."""

    def __init__(self, pool: SSHPool, machine: Machine) -> None:
        self._pool = pool
        self.machine = machine

    async def read(self, script: str, *, summary: str, within: timedelta = timedelta(seconds=60)) -> str:
        """Run a script that changes nothing, and return its standard output.

        Raises:
            CommandFailed: its exit status is not 0.
            HostUnreachable: no connection, it dropped, or `within` passed.
        """
        with self._span(summary) as span:
            result = await self._run(script, within)
            status = _ended(span, result)
        if status != 0:
            raise self._failure(summary, status, result)
        return _text(result.stdout)

    async def change(self, writer: Writer, script: str, *, summary: str, within: timedelta) -> str:
        """Run a script that changes the host, unless another cluster or a newer change has it.

        Raises:
            StaleWriter, HostRefused: `writer` may not change this host.
            CommandFailed, HostUnreachable: as `read`.
        """
        return await self.read(writer.guard() + script, summary=summary, within=within)

    async def fetch(self, remote: str, local: Path, *, within: timedelta) -> None:
        """Copy a file of the machine, which only root there may be able to read, to a new file `local`.

        Not by SFTP: that has the rights of the user who logs in, who need not be root.

        Raises:
            CommandFailed, HostUnreachable: as `read`; what has arrived by then stays in `local`.
            TemporaryError: `local` cannot be written.
        """
        summary = f"fetch {remote}"
        with self._span(summary) as span:
            result = await self._fetch(remote, local, within)
            status = _ended(span, result)
        if status != 0:
            raise self._failure(summary, status, result)

    async def send(self, writer: Writer, local: Path, remote: str, *, sha256: str, within: timedelta) -> None:
        """Copy a file of this machine to `remote`, which root there alone can read; one that is there already stays.

        Raises:
            StaleWriter, HostRefused: `writer` may not change this host.
            CommandFailed: what arrived does not have the digest, or cannot be written.
            HostUnreachable: as `read`; `remote` is then what it was before.
        """
        script = writer.guard() + _receive(remote, (await asyncio.to_thread(local.stat)).st_size, sha256)
        summary = f"send {remote}"
        with self._span(summary) as span:
            result = await self._send(script, local, within)
            status = _ended(span, result)
        if status != 0:
            raise self._failure(summary, status, result)

    @property
    def _shell(self) -> str:
        return "bash -s" if self.machine.ssh.user == "root" else "sudo -n bash -s"

    def _unreachable(self, error: Exception) -> HostUnreachable:
        return HostUnreachable(f"{self.machine.name} ({self.machine.address}): {str(error) or type(error).__name__}")

    @contextmanager
    def _span(self, summary: str) -> Iterator[trace.Span]:
        with _TRACER.start_as_current_span(f"ssh {summary}") as span:
            span.set_attribute("trailboss.machine", self.machine.name)
            yield span

    async def _fetch(self, remote: str, local: Path, within: timedelta) -> asyncssh.SSHCompletedProcess:
        connection = await self._pool.connection(self.machine)
        try:
            async with (
                asyncio.timeout(within.total_seconds()),
                connection.create_process(self._shell, encoding=None) as process,
            ):
                process.stdin.write(f"cat {shlex.quote(remote)}\n".encode())
                process.stdin.write_eof()
                await _save(process.stdout, local)
                return await process.wait()
        except (OSError, TimeoutError, asyncssh.Error) as error:
            raise self._unreachable(error) from error

    async def _send(self, script: str, local: Path, within: timedelta) -> asyncssh.SSHCompletedProcess:
        connection = await self._pool.connection(self.machine)
        try:
            async with (
                asyncio.timeout(within.total_seconds()),
                connection.create_process(self._shell, encoding=None) as process,
            ):
                process.stdin.write(script.encode())
                return await _pour(local, process)
        except (OSError, TimeoutError, asyncssh.Error) as error:
            raise self._unreachable(error) from error

    async def _run(self, script: str, within: timedelta) -> asyncssh.SSHCompletedProcess:
        connection = await self._pool.connection(self.machine)
        try:
            async with asyncio.timeout(within.total_seconds()):
                return await connection.run(self._shell, input=script)
        except (OSError, TimeoutError, asyncssh.Error) as error:
            raise self._unreachable(error) from error

    def _failure(self, summary: str, status: int, result: asyncssh.SSHCompletedProcess) -> Exception:
        name, stderr = self.machine.name, _text(result.stderr).strip()
        if status == STALE:
            return StaleWriter(f"{name}: a newer change has taken this host over")
        if status == OWNED_BY_ANOTHER:
            return HostRefused(f"{name}: {stderr}; remove the machine from that cluster first")
        if result.exit_status is None:
            return HostUnreachable(f"{name}: the session ended in the middle of {summary!r}")
        return CommandFailed(name, summary, status, stderr or _text(result.stdout))


def _ended(span: trace.Span, result: asyncssh.SSHCompletedProcess) -> int:
    """Return the exit status, -1 if the session ended without one, and note it on the span."""
    status = -1 if result.exit_status is None else result.exit_status
    span.set_attribute("process.exit.code", status)
    return status


async def _save(stream: "asyncssh.SSHReader[bytes]", local: Path) -> None:
    """Write all that comes to a file that is its owner's alone; in threads, so that the loop never waits for a disk."""
    try:
        file = await asyncio.to_thread(_create, local)
        with file:
            while piece := await stream.read(_PIECE_BYTES):
                await asyncio.to_thread(file.write, piece)
    except OSError as error:
        raise TemporaryError(f"cannot write {local}: {error.strerror}") from error


def _receive(remote: str, size: int, sha256: str) -> str:
    """Return the script that reads the file from its own standard input, right behind itself."""
    return (
        "receive() {\n"
        f'  path={shlex.quote(remote)}; right() {{ echo {shlex.quote(sha256)}"  $1" | sha256sum -c --quiet - 2>&1; }}\n'
        '  if [ -f "$path" ] && right "$path" >/dev/null; then return; fi\n'
        '  umask 077; mkdir -p "${path%/*}"\n'
        f'  head -c {size} > "$path.new"; right "$path.new" >&2; sync "$path.new"; mv -f "$path.new" "$path"\n'
        "}\nreceive; exit\n"
    )


async def _pour(local: Path, process: "asyncssh.SSHClientProcess[bytes]") -> asyncssh.SSHCompletedProcess:
    """Write all of a file to a process; one that has read enough, or fails, may end before."""
    with await asyncio.to_thread(local.open, "rb") as file, suppress(BrokenPipeError, ConnectionResetError):
        while piece := await asyncio.to_thread(file.read, _PIECE_BYTES):
            process.stdin.write(piece)
            await process.stdin.drain()
        process.stdin.write_eof()
    return await process.wait()


def _create(local: Path) -> BinaryIO:
    return os.fdopen(os.open(local, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb")


def _text(output: object) -> str:
    return output.decode(errors="replace") if isinstance(output, bytes) else str(output or "")
