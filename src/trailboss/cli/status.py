import asyncio
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.live import Live
from temporalio.client import Client

from trailboss.cli import completing
from trailboss.cli.connection import connected
from trailboss.cli.live import follow
from trailboss.cli.output import ExitStatus, Output, OutputOption, console, print_json, run_async
from trailboss.cli.reading import RUNNING, ClusterView, read_cluster, read_clusters
from trailboss.cli.status_view import overview
from trailboss.cli.web import Web, tell_page, web
from trailboss.model import names
from trailboss.model.messages import RepositoryStatus
from trailboss.model.progress import ClusterStatus
from trailboss.triggers.schedule import list_repositories

_NOT_WELL = {"Failed", "Refused", "Incomplete", "Aborted"}
_EVERY = 1.0  # seconds between two looks at all clusters


def status(
    cluster: Annotated[
        str | None,
        typer.Argument(help="One cluster's name; all of them without it.", autocompletion=completing.clusters),
    ] = None,
    *,
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Go on looking: one cluster until it has settled, all until Ctrl-C.")
    ] = False,
    output: OutputOption = Output.TEXT,
) -> None:
    """Show clusters, what is being done to them, and what stands in the way.

    Exit status 1: the one cluster asked for has failed, was refused or aborted, or is
    incomplete.
    """
    failed = run_async(_status(cluster, watch, output))
    raise typer.Exit(ExitStatus.FAILED if failed else ExitStatus.OK)


class StatusWithPage(ClusterStatus):
    """`web_ui`: the URL of the page of what is under way, "" where the web UI is not known."""

    web_ui: str = ""


async def _status(cluster: str | None, watch: bool, output: Output) -> bool:
    async with connected() as client:
        if cluster and watch and output is Output.TEXT:
            tell_page(web().page(names.cluster_id(cluster)))
            return (await follow(client, cluster, console)).phase in _NOT_WELL
        if watch and output is Output.TEXT:
            await _watch_all(client)
        clusters = (await read_cluster(client, cluster),) if cluster else await read_clusters(client)
        page = with_page(clusters[0].status, web()).web_ui if cluster else web().found(RUNNING)
        _print(clusters, await list_repositories(client) if not cluster else (), output, page)
        return bool(cluster) and clusters[0].shown_phase in _NOT_WELL


def _print(
    clusters: Sequence[ClusterView], repositories: Sequence[RepositoryStatus], output: Output, page: str
) -> None:
    """`page`: where more is to be seen of all that is shown."""
    if output is Output.JSON:
        pages = web()
        print_json(with_page(view.status, pages) for view in clusters)
    else:
        console.print(overview(clusters, repositories))
        tell_page(page)


def with_page(status: ClusterStatus, pages: Web) -> StatusWithPage:
    """Add the page of the change under way, else the cluster's own."""
    concerned = status.change.workflow_id if status.change else names.cluster_id(status.name)
    return StatusWithPage.model_validate({**dict(status), "web_ui": pages.page(concerned)})


async def _watch_all(client: Client) -> None:
    """Show all clusters until Ctrl-C, which raises out of here."""
    with Live(console=console, screen=False, refresh_per_second=4) as live:
        while True:
            live.update(overview(await read_clusters(client), await list_repositories(client)))
            await asyncio.sleep(_EVERY)
