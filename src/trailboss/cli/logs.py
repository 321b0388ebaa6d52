import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.text import Text

from trailboss.activities.step_logs import read_logs
from trailboss.cli import completing
from trailboss.cli.connection import connected
from trailboss.cli.machines import cluster_now, machine_of
from trailboss.cli.output import ExitStatus, Output, OutputOption, console, error_console, print_json, run_async
from trailboss.cli.redacting import redact
from trailboss.cli.signals import ClusterArgument
from trailboss.facts.step_logs import StepLog
from trailboss.model.machine import Machine
from trailboss.ssh import SSHPool
from trailboss.worker.settings import load_settings
from trailboss.worker.ssh_defaults import ssh_defaults

_EVERY = 2.0  # seconds between two looks
_STATES = {"0": ("ended well", "green"), "running": ("running", "cyan"), "interrupted": ("interrupted", "yellow")}


def logs(
    cluster: ClusterArgument,
    machine: Annotated[
        str, typer.Argument(help="One machine; all of them without it.", autocompletion=completing.machines)
    ] = "",
    *,
    steps: Annotated[int, typer.Option(help="How many steps of each machine, the newest.", min=1, max=1000)] = 5,
    lines: Annotated[int, typer.Option(help="How many lines of the end of each.", min=1, max=10_000)] = 40,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on showing what is written, until Ctrl-C.")
    ] = False,
    output: OutputOption = Output.TEXT,
) -> None:
    """Show what long steps (kubeadm, downloads, drains of etcd) wrote on a cluster's hosts, newest last.

    Read over SSH from this machine, from /var/lib/trailboss/steps. Tokens, keys and passwords are taken out. Exit
    status 1: a machine could not be read.
    """
    machines = run_async(_machines(cluster, machine))
    show = output is Output.TEXT
    found, unread = run_async(_read(machines, steps, lines, follow=follow and show))
    if not show:
        print_json(found)
    for name, reason in unread.items():
        error_console.print(Text.assemble((f"{name}: ", "red"), reason), soft_wrap=True)
    raise typer.Exit(ExitStatus.FAILED if unread else ExitStatus.OK)


async def _machines(cluster: str, machine: str) -> tuple[Machine, ...]:
    async with connected() as client:
        found = await cluster_now(client, cluster)
    return (machine_of(found, machine),) if machine else found.machines


async def _read(
    machines: tuple[Machine, ...], steps: int, lines: int, *, follow: bool
) -> tuple[list[StepLog], dict[str, str]]:
    """Read once, or until Ctrl-C; what is shown is shown as it comes."""
    pool = SSHPool(ssh_defaults(load_settings()))
    seen: dict[tuple[str, str], StepLog] = {}
    try:
        while True:
            sizes = {key: log.size for key, log in seen.items()}
            found, unread = await read_logs(pool, machines, newest=steps, lines=lines, seen=sizes)
            clean = [log.model_copy(update={"output": redact(log.output)}) for log in found]
            if not follow:
                if not seen:
                    _show(clean, {})
                return clean, unread
            _show(clean, seen)
            seen |= {(log.machine, log.key): log for log in clean}
            await asyncio.sleep(_EVERY)
    finally:
        await pool.close()


def _show(logs: Iterable[StepLog], seen: dict[tuple[str, str], StepLog]) -> None:
    """Print what is new: a step's heading where it begins or ends, and its output."""
    for log in logs:
        before = seen.get((log.machine, log.key))
        if before is None or before.state != log.state or log.output:
            console.print(_heading(log), soft_wrap=True)
            for line in log.output.splitlines():
                console.print(Text(f"  {line}"), soft_wrap=True)


def _heading(log: StepLog) -> Text:
    words, style = _STATES.get(log.state, (f"exit status {log.state}", "red"))
    when = datetime.fromtimestamp(log.at, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    return Text.assemble((f"{when} ", "dim"), (log.machine, "bold"), f" {log.step}: ", (words, style))
