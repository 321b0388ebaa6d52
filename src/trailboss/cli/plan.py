from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer
from temporalio.client import Client, WorkflowFailureError

from trailboss.cli.asking import answer, innermost
from trailboss.cli.connection import connected
from trailboss.cli.manifest_files import texts_in
from trailboss.cli.output import ExitStatus, Output, OutputOption, console, print_json, run_async
from trailboss.cli.plan_view import plan_view
from trailboss.cli.reading import read_cluster
from trailboss.model.errors import BadInput, PermanentError
from trailboss.model.messages import PlanInput
from trailboss.model.plan import Plan
from trailboss.model.problem import Problem
from trailboss.model.progress import ClusterStatus
from trailboss.model.revision import Revision
from trailboss.worker.settings import load_settings
from trailboss.workflows.plan import PlanWorkflow


def plan(
    target: Annotated[str, typer.Argument(help="A cluster's name, or a folder with its manifests.")],
    *,
    output: OutputOption = Output.TEXT,
) -> None:
    """Show what would be done, in which order and why; changes nothing.

    For a cluster's name: what its desired revision asks for, computed by a worker. For a folder: what its manifests
    would change, computed here, over SSH from this machine. Exit status 1: something is refused.
    """
    made = run_async(make_plan(target))
    if output is Output.JSON:
        print_json(made)
    else:
        console.print(plan_view(made))
    raise typer.Exit(ExitStatus.FAILED if made.refusals else ExitStatus.OK)


def make_plan(target: str) -> Coroutine[Any, Any, Plan]:
    """Make the plan for a cluster's desired revision, or for the manifests in a folder.

    Raises:
        BadInput: there is no such cluster, or its manifests are wrong.
        PermanentError: the plan could not be made.
    """
    folder = Path(target)
    return _plan_folder(folder) if folder.is_dir() else _plan_cluster(target)


async def _plan_cluster(name: str) -> Plan:
    async with connected() as client:
        status = (await read_cluster(client, name)).status
        if status.desired is None:
            message = "no desired revision is known: nothing was submitted yet, or no worker answers"
            raise BadInput((Problem(file="CLUSTER", document=0, found=name, message=message),))
        return await plan_of(client, plan_input(status, status.desired))


def plan_input(status: ClusterStatus, revision: Revision, *, destroy_confirmed: bool = False) -> PlanInput:
    """Return what a worker has to plan: `revision`; `destroy_confirmed`: as if an operator had confirmed its end."""
    return PlanInput(
        cluster=status.name,
        revision=revision,
        initialised_before=status.initialised_before,
        applied=status.applied,
        destroy_confirmed=revision.commit if destroy_confirmed else "",
    )


async def plan_of(client: Client, wanted: PlanInput) -> Plan:
    """Have a worker make a plan, which changes nothing.

    Raises:
        PermanentError: it could not be made.
    """
    try:
        summary = f"plan {wanted.cluster} at {wanted.revision.short}"
        made: Plan = await answer(
            client, PlanWorkflow.run, wanted, cluster=wanted.cluster, what="plan", summary=summary
        )
    except WorkflowFailureError as error:
        raise PermanentError(f"the plan could not be made: {innermost(error)}") from error
    return made


async def _plan_folder(folder: Path) -> Plan:
    from trailboss.activities.access import plan_cluster
    from trailboss.manifests import cluster_defaults, load_cluster
    from trailboss.worker.ssh_defaults import ssh_defaults

    return await plan_cluster(
        load_cluster(texts_in(folder), defaults=cluster_defaults()), ssh_defaults(load_settings())
    )
