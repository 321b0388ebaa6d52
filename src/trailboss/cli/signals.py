from typing import Annotated

import typer

from trailboss.cli import completing
from trailboss.cli.connection import connected
from trailboss.cli.operating import operator, say
from trailboss.cli.output import console, run_async
from trailboss.cli.web import tell_page, web
from trailboss.model import names
from trailboss.model.control import Action, Control

ClusterArgument = Annotated[str, typer.Argument(help="The cluster's name.", autocompletion=completing.clusters)]
WhyOption = Annotated[str, typer.Option("--why", help="The reason, for those who read the audit later.")]


def pause(cluster: ClusterArgument, *, why: WhyOption = "") -> None:
    """Hold a cluster's change at the next safe point, between machines."""
    _say("pause", cluster, why)
    console.print(f"`trailboss resume {cluster}` lets it go on")


def resume(cluster: ClusterArgument, *, why: WhyOption = "") -> None:
    """Let a paused cluster go on."""
    _say("resume", cluster, why)


def retry(cluster: ClusterArgument, *, why: WhyOption = "") -> None:
    """Plan and carry out the desired revision again; where a change waits for something, look again at once."""
    _say("retry", cluster, why)


def abort(cluster: ClusterArgument, *, why: WhyOption = "") -> None:
    """Stop a cluster's change at the next safe point; `retry` or a new commit begins anew.

    Machines that are being emptied get back into service; those that are being changed come to their end.
    """
    _say("abort", cluster, why)


def approve(
    cluster: ClusterArgument,
    machine: Annotated[
        str,
        typer.Argument(
            help="One machine that is held; without it, whatever waits.", autocompletion=completing.machines
        ),
    ] = "",
    *,
    why: WhyOption = "",
) -> None:
    """Let a change begin that waits for approval, or let machines that are held go on all the same."""
    _say("approve", cluster, why, machine)


def skip(
    cluster: ClusterArgument,
    machine: Annotated[str, typer.Argument(help="The machine to leave alone.", autocompletion=completing.machines)],
    *,
    why: WhyOption = "",
) -> None:
    """Leave one machine out of the change under way, and go on with the others.

    One that is being emptied gets back into service. One whose step never ends, for its host does not answer, is given
    up; what runs on the host at that moment goes on there.
    """
    _say("skip", cluster, why, machine)


def _say(action: Action, cluster: str, why: str, machine: str = "") -> None:
    summary = run_async(_sent(cluster, Control(action=action, machine=machine, by=operator(), why=why)))
    console.print(f"{cluster}: {summary}", markup=False, soft_wrap=True)
    tell_page(web().page(names.cluster_id(cluster)))


async def _sent(cluster: str, control: Control) -> str:
    async with connected() as client:
        return await say(client, cluster, control)
