"""Snapshots of a cluster's etcd: create, list, restore."""

from typing import Annotated, Any, NoReturn

import typer
from temporalio.client import Client, WorkflowFailureError

from trailboss.cli.asking import answer, innermost
from trailboss.cli.connection import connected
from trailboss.cli.errands import ask_for, end_of
from trailboss.cli.operating import operator
from trailboss.cli.output import Output, OutputOption, console, print_json, run_async
from trailboss.cli.reading import read_cluster
from trailboss.cli.restoring import Following
from trailboss.cli.signals import ClusterArgument, WhyOption
from trailboss.cli.snapshot_view import restore_lines, snapshots_table
from trailboss.cli.web import tell_page, web
from trailboss.model import names
from trailboss.model.base import Frozen
from trailboss.model.control import Word
from trailboss.model.errors import BadInput, PermanentError
from trailboss.model.messages import ChangeContext
from trailboss.model.problem import Problem
from trailboss.model.snapshots import RestoreInput, RestorePlan, RestoreWord, SnapshotInput, StoredSnapshots
from trailboss.workflows.restore import RestorePlanWorkflow
from trailboss.workflows.snapshots import SnapshotListWorkflow

app = typer.Typer(no_args_is_help=True, help="Snapshots of a cluster's etcd: create, list, restore.")


@app.command()
def create(cluster: ClusterArgument, *, why: WhyOption = "") -> None:
    """Take a snapshot now, while no change is under way, and keep it in the cluster's store."""
    summary = run_async(_create(cluster, Word(by=operator(), why=why)))
    console.print(f"{cluster}: {summary}", markup=False, soft_wrap=True)
    tell_page(web().page(names.snapshot_id(cluster)))


@app.command("list")
def list_(cluster: ClusterArgument, *, output: OutputOption = Output.TEXT) -> None:
    """Show what the cluster's store holds, oldest first, as the worker sees it that answers."""
    listed = run_async(_list(cluster)).snapshots
    if output is Output.JSON:
        print_json(listed)
    elif listed:
        console.print(snapshots_table(listed))
    else:
        console.print(f"no snapshot yet; `trailboss snapshot create {cluster}` takes one")


@app.command()
def restore(
    cluster: ClusterArgument,
    snapshot: Annotated[str, typer.Argument(help="Its name in the list; without it, the newest that is whole.")] = "",
    *,
    control_plane: Annotated[
        str, typer.Option("--control-plane", help="The machine that gets the data; else the first that answers.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for the cluster's name.")] = False,
    why: WhyOption = "",
) -> None:
    """Throw away what is left of the control planes and bring one back with a snapshot's data; the others then join it.

    What was written since the snapshot is lost. First shows what would be done, and asks.
    """
    planned = run_async(_plan(cluster, snapshot, control_plane))
    for line in restore_lines(planned):
        console.print(line)
    if planned.refusals or planned.snapshot is None or planned.target is None:
        raise PermanentError("nothing was changed")
    if not yes and typer.prompt("Type the cluster's name to go on") != cluster:
        raise PermanentError("that is not its name; nothing was changed")
    word = RestoreWord(snapshot=planned.snapshot.name, control_plane=planned.target.machine, by=operator(), why=why)
    summary = run_async(_restore(cluster, word))
    console.print(f"{cluster}: {summary}", markup=False, soft_wrap=True)
    console.print(f"the other control planes join now: `trailboss status {cluster} --watch`", soft_wrap=True)
    tell_page(web().page(names.restore_id(cluster)))


async def _create(cluster: str, word: Word) -> str:
    async with connected() as client:
        return await end_of(client, await ask_for(client, cluster, names.SNAPSHOT, word))


async def _restore(cluster: str, word: RestoreWord) -> str:
    async with connected() as client:
        started = await ask_for(client, cluster, names.RESTORE, word)
        return await end_of(client, started, Following(client, started, console).look)


async def _list(cluster: str) -> StoredSnapshots:
    async with connected() as client:
        given = SnapshotInput(context=await _context(client, cluster))
        listed: StoredSnapshots = await _execute(client, SnapshotListWorkflow.run, given, cluster, "snapshots")
        return listed


async def _plan(cluster: str, snapshot: str, control_plane: str) -> RestorePlan:
    async with connected() as client:
        context = await _context(client, cluster)
        given = RestoreInput(context=context, snapshot=snapshot, control_plane=control_plane)
        planned: RestorePlan = await _execute(client, RestorePlanWorkflow.run, given, cluster, "restore-plan")
        return planned


async def _context(client: Client, cluster: str) -> ChangeContext:
    """Return where a question about a cluster belongs; it changes nothing, so it has no fence.

    Raises:
        BadInput: there is no such cluster, or its revision is not known.
    """
    status = (await read_cluster(client, cluster)).status
    if status.desired is None:
        _refuse(cluster)
    return ChangeContext(cluster=cluster, revision=status.desired, fence=0, applied=status.applied)


def _refuse(cluster: str) -> NoReturn:
    message = "no desired revision is known: nothing was submitted yet, or no worker answers"
    raise BadInput((Problem(file="CLUSTER", document=0, found=cluster, message=message),))


async def _execute(client: Client, run: Any, given: Frozen, cluster: str, what: str) -> Any:  # noqa: ANN401
    """Run a short workflow to its end; a result of its own type."""
    try:
        return await answer(client, run, given, cluster=cluster, what=what, summary=f"{what} of {cluster}")
    except WorkflowFailureError as error:
        raise PermanentError(f"{cluster}: {innermost(error)}") from error
