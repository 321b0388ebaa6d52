import time
from typing import Annotated

import typer
from rich.console import Console
from temporalio.client import Client

from trailboss.activities.command_line.access import list_nodes
from trailboss.activities.git.source import load_cluster_at
from trailboss.cli.live import follow
from trailboss.cli.nodes_view import nodes_table
from trailboss.cli.output import console, run_async
from trailboss.lab import mirror
from trailboss.lab.engine import ensure_engine
from trailboss.lab.hosts import Lab, LabSpec, lab_add, lab_down, lab_up
from trailboss.lab.scene import Embedded, Origin, manifests
from trailboss.model.errors import StepFailed
from trailboss.model.progress import ClusterStatus
from trailboss.model.revision import Repository
from trailboss.triggers.schedule import add_repository, poll_now
from trailboss.worker.settings import Settings, load_settings
from trailboss.worker.ssh_defaults import ssh_defaults

_NAME = "demo"
_POLL_SECONDS = 2.0


def demo(
    *,
    kubernetes: Annotated[str, typer.Option(help="The Kubernetes version to install.")] = "1.34.4",
    keep: Annotated[bool, typer.Option("--keep", help="Leave the cluster, Temporal and the worker running.")] = False,
) -> None:
    """Stand a real highly available cluster up on lab hosts by a git push, and add a worker by a second one.

    Takes about three minutes once its artifacts are cached; the first time, compiling them takes about ten more.
    """
    settings = load_settings()
    clock = _Clock(console)
    clock.say("container engine, artifacts, hosts")
    ensure_engine(console)
    mirror.ensure([kubernetes], console=console)
    lab_down(_NAME, console)  # what an earlier run left would not show a cluster being made
    lab = lab_up(LabSpec(name=_NAME, control_planes=3, workers=1), console)
    run_async(_show(settings, lab, kubernetes, clock, keep=keep))
    if not keep:
        lab_down(_NAME, console)
    clock.say("done" if not keep else "done; `trailboss status` looks on, `make clean-lab` takes it all away")


async def _show(settings: Settings, lab: Lab, version: str, clock: "_Clock", *, keep: bool) -> None:
    async with Embedded(settings, console, keep=keep, anew=_NAME) as temporal:
        origin = Origin(settings.home / "demo" / "repository")
        origin.create()
        clock.say(f"git push: three control planes and a worker (watch at {temporal.ui_address})")
        commit = origin.push(manifests(lab, cluster=_NAME, version=version), "Three control planes and a worker")
        await add_repository(temporal.client, Repository(name=_NAME, url=origin.url, interval_seconds=_POLL_SECONDS))
        await _until_ready(temporal.client, commit, settings)
        clock.say("git push: one more worker")
        lab = lab_add(_NAME, "worker", console=console)
        commit = origin.push(manifests(lab, cluster=_NAME, version=version), "One more worker")
        await _until_ready(temporal.client, commit, settings)
        clock.say(f"web UI: {temporal.ui_address}" if keep else "the web UI would stay with --keep")


async def _until_ready(client: Client, commit: str, settings: Settings) -> None:
    await poll_now(client, _NAME)
    status = await follow(client, _NAME, console, commit=commit)
    if status.phase != "Ready" or status.applied is None:
        raise StepFailed(_why(status))
    cluster = await load_cluster_at(status.applied)
    console.print(nodes_table(await list_nodes(cluster, ssh_defaults(settings))))


def _why(status: ClusterStatus) -> str:
    problems = status.last_result.problems if status.last_result else ()
    rejected = status.rejected.reasons if status.rejected else ()
    return "\n".join([f"{status.name} is {status.phase}: {status.message}", *problems, *rejected])


class _Clock:
    """Says what is being done and how long it has taken since the start."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._start = time.monotonic()

    def say(self, words: str) -> None:
        self._console.rule(f"[bold]{time.monotonic() - self._start:5.0f} s[/] {words}", align="left")
