"""What steps have written on the hosts of a cluster, read from here, without a worker."""

import asyncio
from collections.abc import Mapping

from trailboss.facts import step_logs
from trailboss.facts.step_logs import StepLog
from trailboss.model.errors import HostRefused, TemporaryError
from trailboss.model.machine import Machine
from trailboss.ssh import Host, SSHPool

_AT_ONCE = 50
Seen = Mapping[tuple[str, str], int]
"""(machine, key) → bytes that are known already."""


async def read_logs(
    pool: SSHPool, machines: tuple[Machine, ...], *, newest: int, lines: int, seen: Seen | None = None
) -> tuple[tuple[StepLog, ...], dict[str, str]]:
    """Return the logs of all machines, oldest first, and why a machine could not be read, by its name."""
    slots = asyncio.Semaphore(_AT_ONCE)

    async def one(machine: Machine) -> tuple[StepLog, ...] | str:
        known = {key: size for (name, key), size in (seen or {}).items() if name == machine.name}
        script = step_logs.script(newest=newest, lines=lines, seen=known)
        async with slots:
            try:
                return step_logs.parse(machine.name, await Host(pool, machine).read(script, summary="read step logs"))
            except (TemporaryError, HostRefused) as error:
                return str(error)

    found = dict(zip([m.name for m in machines], await asyncio.gather(*map(one, machines)), strict=True))
    logs = [log for each in found.values() if not isinstance(each, str) for log in each]
    unread = {name: reason for name, reason in found.items() if isinstance(reason, str)}
    return tuple(sorted(logs, key=lambda log: (log.at, log.machine, log.key))), unread
