import os
from pathlib import Path
from typing import Annotated

import typer

from trailboss.cli import completing
from trailboss.cli.kubeconfig_merge import merge as merge_into
from trailboss.cli.kubeconfig_merge import target
from trailboss.cli.output import error_console, run_async
from trailboss.cli.private_file import write_private
from trailboss.model.errors import BadInput
from trailboss.model.problem import Problem
from trailboss.model.revision import Revision


def kubeconfig(
    cluster: Annotated[str, typer.Argument(help="The cluster's name.", autocompletion=completing.clusters)],
    *,
    output_file: Annotated[
        Path | None, typer.Option("--output-file", "-f", help="Write it there, readable by you alone.")
    ] = None,
    merge: Annotated[
        bool, typer.Option("--merge", help="Put it into $KUBECONFIG or ~/.kube/config, as a context of its name.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="With --merge: also where another cluster has that name there.")
    ] = False,
) -> None:
    """Fetch a cluster's admin kubeconfig from its first control plane that answers, over SSH from this machine.

    It is a secret: it goes to standard output or the file and nowhere else, never through Temporal. With --merge, other
    contexts and the current one stay, and what stood in the file before is kept beside it.
    """
    if output_file is not None and merge:
        raise BadInput(
            (Problem(file="--merge", document=0, message="goes into kubectl's file: not with --output-file"),)
        )
    text = run_async(_fetch(cluster))
    if merge:
        _merge(text, cluster, replace=replace)
    elif output_file is None:
        typer.echo(text, nl=False)
    else:
        write_private(output_file, text)
        error_console.print(f"written; use it with KUBECONFIG={output_file}", markup=False, soft_wrap=True)


def _merge(text: str, cluster: str, *, replace: bool) -> None:
    path = target(os.environ)
    backup = merge_into(text, cluster, path, replace=replace)
    kept = f"; {backup} is what stood there before" if backup else ""
    error_console.print(f"written into {path}{kept}", markup=False, soft_wrap=True)
    error_console.print(f"use it with kubectl --context {cluster}", markup=False, soft_wrap=True)


async def _fetch(name: str) -> str:
    # Clients of SSH, Git, Kubernetes and Temporal take two seconds to import: help and completion do without.
    from trailboss.activities.command_line.access import admin_kubeconfig
    from trailboss.activities.git.source import load_cluster_at
    from trailboss.worker.settings import load_settings
    from trailboss.worker.ssh_defaults import ssh_defaults

    revision = await _revision(name)
    return await admin_kubeconfig(await load_cluster_at(revision), ssh_defaults(load_settings()))


async def _revision(name: str) -> Revision:
    """Return what the cluster last was made to be, else what it is being made to be."""
    from trailboss.cli.connection import connected
    from trailboss.cli.reading import read_cluster

    async with connected() as client:
        status = (await read_cluster(client, name)).status
    revision = status.applied or status.desired
    if revision is None:
        message = "no revision is known: nothing was submitted yet, or no worker answers"
        raise BadInput((Problem(file="CLUSTER", document=0, found=name, message=message),))
    return revision
