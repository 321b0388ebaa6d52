from collections.abc import Coroutine, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from temporalio.client import Client, WorkflowFailureError

from trailboss.cli import completing
from trailboss.cli.asking import answer, innermost
from trailboss.cli.connection import connected
from trailboss.cli.output import ExitStatus, console, print_json, run_async
from trailboss.cli.plan_asked import Asked
from trailboss.cli.plan_markdown import markdown
from trailboss.cli.plan_mermaid import mermaid
from trailboss.cli.plan_preview_view import preview_view
from trailboss.cli.plan_svg import svg
from trailboss.cli.plan_targets import desired, one, previews
from trailboss.cli.reading import read_cluster
from trailboss.cli.web import tell_page, web
from trailboss.model import names
from trailboss.model.errors import PermanentError
from trailboss.model.messages import PlanInput
from trailboss.model.plan import Plan
from trailboss.model.preview import Preview
from trailboss.model.progress import ClusterStatus
from trailboss.model.revision import Revision
from trailboss.workflows.plan import PlanWorkflow

CHANGES = 3
"""Exit status with --detailed-exit-status: nothing is refused, and something would be done."""


class PlanOutput(StrEnum):
    """How plans are printed; mermaid and svg draw one cluster."""

    TEXT = "text"
    JSON = "json"
    MERMAID = "mermaid"
    SVG = "svg"
    MARKDOWN = "markdown"


class PreviewWithPage(Preview):
    """`web_ui`: the URL of the cluster's page, "" where the web UI is not known."""

    web_ui: str = ""


def plan(
    target: Annotated[
        str,
        typer.Argument(
            help="A cluster's name, or a folder: a repository's, or one cluster's.", autocompletion=completing.clusters
        ),
    ] = "",
    *,
    revision: Annotated[
        str,
        typer.Option("--revision", "-r", help="A branch or commit of a followed repository.", metavar="BRANCH|COMMIT"),
    ] = "",
    repo: Annotated[str, typer.Option(help="The repository that has it, where several are followed.")] = "",
    cluster: Annotated[list[str] | None, typer.Option(help="Only this cluster; may be given again.")] = None,
    against: Annotated[
        str, typer.Option(help="Of a folder: a revision of its clone to compare with.", metavar="REF")
    ] = "",
    path: Annotated[str, typer.Option(help="The folder that holds one folder for each cluster.")] = "clusters",
    output: Annotated[
        PlanOutput, typer.Option("--output", "-o", help="For people, programs, or pictures.")
    ] = PlanOutput.TEXT,
    detailed_exit_status: Annotated[
        bool, typer.Option("--detailed-exit-status", help="Exit status 3 where something would be done.")
    ] = False,
) -> None:
    """Show what would be done, in which order and why, how long it may take and whom it disturbs; changes nothing.

    For a cluster's name: what its desired revision asks for. With --revision: what that branch or commit would change
    in each cluster whose folder differs from what is desired. Both are computed by a worker. For a folder: what its
    manifests would change, computed here, over SSH from this machine.

    Exit status: 0 all well; 1 something is refused; 2 bad input.

    Examples: `trailboss plan demo`, `trailboss plan --revision more-workers --output markdown`,
    `trailboss plan clusters/demo --against origin/main`, `trailboss plan demo --output svg > demo.svg`.
    """
    asked = Asked(
        target=target,
        revision=revision,
        repository=repo,
        clusters=tuple(cluster or ()),
        against=against,
        path=path,
    )
    made = run_async(previews(asked))
    _print(made, asked, output)
    raise typer.Exit(_status(made, detailed=detailed_exit_status))


def _print(made: Sequence[Preview], asked: Asked, output: PlanOutput) -> None:
    match output:
        case PlanOutput.JSON:
            shown = [_with_page(preview, asked) for preview in made]
            print_json(shown[0] if len(shown) == 1 and not _many(asked) else shown)
        case PlanOutput.MARKDOWN:
            typer.echo(markdown(made, asked.revision or asked.target))
        case PlanOutput.MERMAID:
            typer.echo(mermaid(one(made)))
        case PlanOutput.SVG:
            typer.echo(svg(one(made)))
        case _:
            for preview in made:
                console.print(preview_view(preview))
                tell_page(_with_page(preview, asked).web_ui)
            if not made:
                console.print("no cluster's folder differs from what is desired; nothing would be done")


def _with_page(preview: Preview, asked: Asked) -> PreviewWithPage:
    """Add the page of the cluster that is meant; manifests in a folder need have none."""
    page = "" if asked.folder else web().page(names.cluster_id(preview.cluster))
    return PreviewWithPage.model_validate({**dict(preview), "web_ui": page})


def _many(asked: Asked) -> bool:
    """Tell whether JSON is a list, however many there are: of a revision whose clusters were not named."""
    return bool(asked.revision) and not asked.target and len(asked.clusters) != 1


def _status(made: Sequence[Preview], *, detailed: bool) -> int:
    if any(preview.refusals for preview in made):
        return ExitStatus.FAILED
    return CHANGES if detailed and any(preview.stages for preview in made) else ExitStatus.OK


def make_plan(target: str) -> Coroutine[Any, Any, Plan]:
    """Make the plan for a cluster's desired revision, or for the manifests of one cluster in a folder.

    Raises:
        BadInput: there is no such cluster, or its manifests are wrong.
        PermanentError: the plan could not be made.
    """
    return _plan_folder(target) if Path(target).is_dir() else _plan_cluster(target)


async def _plan_folder(target: str) -> Plan:
    return one(await previews(Asked(target=target)))


async def _plan_cluster(name: str) -> Plan:
    async with connected() as client:
        status = (await read_cluster(client, name)).status
        return await plan_of(client, plan_input(status, desired(status)))


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
