import os
from pathlib import Path
from typing import Annotated

import typer

from trailboss.activities.access import admin_kubeconfig
from trailboss.activities.source import load_cluster_at
from trailboss.cli.connection import connected
from trailboss.cli.output import error_console, run_async
from trailboss.cli.reading import read_cluster
from trailboss.model.errors import BadInput
from trailboss.model.problem import Problem
from trailboss.model.revision import Revision
from trailboss.worker.settings import load_settings
from trailboss.worker.ssh_defaults import ssh_defaults


def kubeconfig(
    cluster: Annotated[str, typer.Argument(help="The cluster's name.")],
    *,
    output_file: Annotated[
        Path | None, typer.Option("--output-file", "-f", help="Write it there, readable by you alone.")
    ] = None,
) -> None:
    """Fetch a cluster's admin kubeconfig from its first control plane that answers, over SSH from this machine.

    It is a secret: it goes to standard output or the file and nowhere else, never through Temporal.
    """
    text = run_async(_fetch(cluster))
    if output_file is None:
        typer.echo(text, nl=False)
        return
    write_private(output_file, text)
    error_console.print(f"written; use it with KUBECONFIG={output_file}", markup=False, soft_wrap=True)


def write_private(path: Path, text: str) -> None:
    """Replace a file in one go with one that only its owner can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
    temporary.replace(path)


async def _fetch(name: str) -> str:
    revision = await _revision(name)
    return await admin_kubeconfig(await load_cluster_at(revision), ssh_defaults(load_settings()))


async def _revision(name: str) -> Revision:
    """Return what the cluster last was made to be, else what it is being made to be."""
    async with connected() as client:
        status = (await read_cluster(client, name)).status
    revision = status.applied or status.desired
    if revision is None:
        message = "no revision is known: nothing was submitted yet, or no worker answers"
        raise BadInput((Problem(file="CLUSTER", document=0, found=name, message=message),))
    return revision
