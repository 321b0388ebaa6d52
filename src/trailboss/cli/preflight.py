from typing import Annotated

import typer

from trailboss.cli import completing
from trailboss.cli.output import ExitStatus, Output, OutputOption, console, print_json, run_async
from trailboss.cli.plan import make_plan
from trailboss.cli.plan_view import preflight_view
from trailboss.model.base import Frozen
from trailboss.model.plan import Refusal


class Preflight(Frozen):
    """What the checks found, as `--output json` prints it."""

    cluster: str
    refusals: tuple[Refusal, ...]
    waived: tuple[Refusal, ...]
    notes: tuple[str, ...]


def preflight(
    target: Annotated[
        str,
        typer.Argument(help="A cluster's name, or a folder with its manifests.", autocompletion=completing.clusters),
    ],
    *,
    output: OutputOption = Output.TEXT,
) -> None:
    """Run every check that comes before a change, and show what each found; changes nothing.

    Exit status 1: something is refused.
    """
    made = run_async(make_plan(target))
    if output is Output.JSON:
        print_json(Preflight.model_validate(made.model_dump(include=set(Preflight.model_fields))))
    else:
        console.print(preflight_view(made))
    raise typer.Exit(ExitStatus.FAILED if made.refusals else ExitStatus.OK)
