"""One machine as a worker sees it: scripts go in over standard input, so that nothing stands in a command line."""

import asyncio
import shlex
from dataclasses import dataclass
from datetime import timedelta

import asyncssh
from opentelemetry import trace

from trailboss.model.errors import CommandFailed, HostRefused, HostUnreachable, StaleWriter
from trailboss.model.machine import Machine
from trailboss.ssh.pool import SSHPool

STATE = "/var/lib/trailboss"
OWNED_BY_ANOTHER = 78
STALE = 79
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
        with _TRACER.start_as_current_span(f"ssh {summary}") as span:
            span.set_attribute("trailboss.machine", self.machine.name)
            result = await self._run(script, within)
            status = -1 if result.exit_status is None else result.exit_status
            span.set_attribute("process.exit.code", status)
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

    async def _run(self, script: str, within: timedelta) -> asyncssh.SSHCompletedProcess:
        connection = await self._pool.connection(self.machine)
        command = "bash -s" if self.machine.ssh.user == "root" else "sudo -n bash -s"
        try:
            async with asyncio.timeout(within.total_seconds()):
                return await connection.run(command, input=script)
        except (OSError, TimeoutError, asyncssh.Error) as error:
            reason = str(error) or type(error).__name__
            raise HostUnreachable(f"{self.machine.name} ({self.machine.address}): {reason}") from error

    def _failure(self, summary: str, status: int, result: asyncssh.SSHCompletedProcess) -> Exception:
        name, stderr = self.machine.name, _text(result.stderr).strip()
        if status == STALE:
            return StaleWriter(f"{name}: a newer change has taken this host over")
        if status == OWNED_BY_ANOTHER:
            return HostRefused(f"{name}: {stderr}; remove the machine from that cluster first")
        if result.exit_status is None:
            return HostUnreachable(f"{name}: the session ended in the middle of {summary!r}")
        return CommandFailed(name, summary, status, stderr or _text(result.stdout))


def _text(output: object) -> str:
    return output.decode(errors="replace") if isinstance(output, bytes) else str(output or "")
