from typing import Annotated

import typer
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from trailboss.cli.connection import connected
from trailboss.cli.output import console, run_async
from trailboss.cli.reading import refuse_unknown
from trailboss.model import names

ClusterArgument = Annotated[str, typer.Argument(help="The cluster's name.")]


def pause(cluster: ClusterArgument) -> None:
    """Hold a cluster's change at the next safe point, between machines."""
    run_async(_send(cluster, names.PAUSE))
    console.print(f"{cluster} pauses at the next safe point; `trailboss resume {cluster}` lets it go on")


def resume(cluster: ClusterArgument) -> None:
    """Let a paused cluster go on."""
    run_async(_send(cluster, names.RESUME))
    console.print(f"{cluster} goes on")


def retry(cluster: ClusterArgument) -> None:
    """Plan and carry out the desired revision again after a change that failed or was refused."""
    run_async(_send(cluster, names.RETRY))
    console.print(f"{cluster} plans its desired revision again")


async def _send(cluster: str, signal: str) -> None:
    async with connected() as client:
        await send(client, cluster, signal)


async def send(client: Client, cluster: str, signal: str) -> None:
    """Send a signal without arguments to a cluster's workflow.

    Raises:
        BadInput: there is no such cluster; the message lists those that there are.
    """
    try:
        await client.get_workflow_handle(names.cluster_id(cluster)).signal(signal)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        await refuse_unknown(client, cluster)
