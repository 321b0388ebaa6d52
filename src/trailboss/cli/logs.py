import asyncio
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, NoReturn

import typer
from rich.text import Text

from trailboss.activities.command_line.step_logs import read_logs
from trailboss.cli import completing
from trailboss.cli.connection import connected
from trailboss.cli.machines import cluster_now, machine_of
from trailboss.cli.output import ExitStatus, Output, OutputOption, console, error_console, print_json, run_async
from trailboss.cli.signals import ClusterArgument
from trailboss.cli.web import tell_page, web
from trailboss.facts.step_logs import StepLog
from trailboss.model import names
from trailboss.model.errors import BadInput
from trailboss.model.machine import Machine
from trailboss.model.problem import Problem
from trailboss.model.redacting import open_key, redact
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
    if follow and output is Output.JSON:
        raise BadInput((Problem(file="--follow", document=0, message="goes on without end: not with --output json"),))
    machines = run_async(_machines(cluster, machine))
    if follow:
        run_async(_follow(machines, steps, lines))
    found, unread = run_async(_once(machines, steps, lines))
    page = web().found(operations_query(cluster))
    if output is Output.JSON:
        print_json(LogWithPage.model_validate({**dict(log), "web_ui": page}) for log in found)
    else:
        _show(found, {})
        tell_page(page)
    _tell(unread)
    raise typer.Exit(ExitStatus.FAILED if unread else ExitStatus.OK)


class LogWithPage(StepLog):
    """`web_ui`: the URL of the list of the cluster's operations on machines, "" where the web UI is not known."""

    web_ui: str = ""


def operations_query(cluster: str) -> str:
    """Return the query that finds all operations on a cluster's machines."""
    return f"WorkflowType = '{names.MACHINE_WORKFLOW}' AND {names.ATTRIBUTE_CLUSTER} = '{cluster}'"


async def _machines(cluster: str, machine: str) -> tuple[Machine, ...]:
    async with connected() as client:
        found = await cluster_now(client, cluster)
    return (machine_of(found, machine),) if machine else found.machines


async def _once(machines: tuple[Machine, ...], steps: int, lines: int) -> tuple[list[StepLog], dict[str, str]]:
    pool = SSHPool(ssh_defaults(load_settings()))
    try:
        found, unread = await read_logs(pool, machines, newest=steps, lines=lines)
    finally:
        await pool.close()
    return [_clean(log) for log in found], unread


async def _follow(machines: tuple[Machine, ...], steps: int, lines: int) -> NoReturn:
    """Show what is new, until Ctrl-C; why a machine cannot be read is told when that changes."""
    pool = SSHPool(ssh_defaults(load_settings()))
    seen: dict[tuple[str, str], StepLog] = {}
    told: dict[str, str] = {}
    try:
        while True:
            sizes = {key: log.size for key, log in seen.items()}
            found, unread = await read_logs(pool, machines, newest=steps, lines=lines, seen=sizes)
            whole = [up_to_whole(log) for log in found]
            _show([_clean(log) for log in whole], seen)
            seen |= {(log.machine, log.key): log for log in whole}
            _tell({name: reason for name, reason in unread.items() if told.get(name) != reason})
            told = unread
            await asyncio.sleep(_EVERY)
    finally:
        await pool.close()


def up_to_whole(log: StepLog) -> StepLog:
    """Leave what could be half a secret, of a step that runs, for the next look: half a line, half a key."""
    if log.state != "running":
        return log
    text = log.output[: log.output.rfind("\n") + 1]
    text = text[: open_key(text)]
    left = len(log.output.encode()) - len(text.encode())
    return log.model_copy(update={"output": text, "size": log.size - left})


def _clean(log: StepLog) -> StepLog:
    return log.model_copy(update={"output": redact(log.output)})


def _tell(unread: Mapping[str, str]) -> None:
    for name, reason in unread.items():
        error_console.print(Text.assemble((f"{name}: ", "red"), reason), soft_wrap=True)


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
