"""`trailboss mirror`: the artifacts the lab serves, and how they come to be there."""

import json
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.filesize import decimal
from rich.table import Table

from trailboss.lab.mirror import MirrorFailed, ensure, mirror_root
from trailboss.lab.mirror.inventory import Held, State, held_versions
from trailboss.lab.mirror.layout import version_tag
from trailboss.model.errors import BadInput

app = typer.Typer(no_args_is_help=True, help="Kubernetes' binaries and images for the lab, kept in a cache.")


class SourceName(StrEnum):
    AUTO = "auto"
    UPSTREAM = "upstream"
    COMPILE = "compile"


class Output(StrEnum):
    TABLE = "table"
    JSON = "json"


def _versions(given: list[str]) -> list[str]:
    problems: list[str] = []
    for version in given:
        try:
            version_tag(version)
        except BadInput as wrong:
            problems += [f"{problem.message}: {problem.found}; give {problem.allowed}" for problem in wrong.problems]
    if problems:
        raise typer.BadParameter("\n".join(problems))
    return given


@app.command()
def build(
    kubernetes: Annotated[
        list[str], typer.Option(callback=_versions, help="A release, such as 1.34.4. May be given several times.")
    ],
    source: Annotated[
        SourceName,
        typer.Option(help="Where from: upstream's servers, or compiled here; auto: upstream if it answers."),
    ] = SourceName.AUTO,
) -> None:
    """Make every artifact of these Kubernetes releases; what is there and sound stays as it is."""
    try:
        root = ensure(kubernetes, source=source.value)
    except (MirrorFailed, OSError) as failed:
        Console(stderr=True).print(f"mirror build failed: {failed}", style="red", markup=False, soft_wrap=True)
        raise typer.Exit(1) from failed
    Console(stderr=True).print(f"The mirror is complete: {root}", markup=False, soft_wrap=True)


@app.command("list")
def list_versions(
    verify: Annotated[bool, typer.Option("--verify", help="Read every file and check its digest.")] = False,
    output: Annotated[Output, typer.Option(help="For people, or for programs.")] = Output.TABLE,
) -> None:
    """Show what the mirror holds; with --verify, exit status 1 if a file is not what its digest says."""
    held = held_versions(verify=verify)
    if output is Output.JSON:
        shown = {"mirror": str(mirror_root()), "versions": [one.model_dump(mode="json") for one in held]}
        typer.echo(json.dumps(shown, indent=2))
    else:
        _print_table(held)
    if any(one.state is State.DAMAGED for one in held):
        raise typer.Exit(1)


def _print_table(held: list[Held]) -> None:
    console = Console()
    table = Table("version", "state", "source", "files", "size", title=str(mirror_root()), title_justify="left")
    for one in held:
        table.add_row(one.version, one.state.value, one.source, str(one.files), decimal(one.size))
    console.print(table)
    for one in held:
        for path in one.damaged:
            console.print(f"damaged: {path}", markup=False, soft_wrap=True)
