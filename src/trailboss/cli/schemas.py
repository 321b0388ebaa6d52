"""JSON Schemas of all kinds, for editors and other validators."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from trailboss.cli.output import console
from trailboss.cli.writing import write_whole
from trailboss.manifests.published.json_schema import ALL, schema_files
from trailboss.manifests.scaffold.render import SCHEMAS

app = typer.Typer(no_args_is_help=True, help="JSON Schemas of all kinds, for editors and other validators.")


@app.callback()
def schemas() -> None:
    """JSON Schemas of all kinds, for editors and other validators."""


@app.command()
def write(
    directory: Annotated[Path, typer.Argument(help="Where to write; made where it does not exist.")] = Path(SCHEMAS),
    *,
    only_all: Annotated[bool, typer.Option("--only-all", help=f"Only {ALL}, which takes any document.")] = False,
) -> None:
    """Write the schemas of this version: `all.json`, which takes any document, and GROUP/KIND_VERSION.json for each.

    Manifests that `trailboss init` wrote name `.trailboss/schemas/all.json` at their top; after an upgrade of
    Trailboss, this command at the repository's root renews it.
    """
    files = {name: text for name, text in schema_files().items() if name == ALL or not only_all}
    for name, text in files.items():
        write_whole(directory / name, text)
    console.print(Text(f"wrote {len(files)} schemas into {directory}"), soft_wrap=True)
