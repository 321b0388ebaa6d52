import json
from collections.abc import Iterator
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from trailboss.cli.output import Output, OutputOption, console, print_json
from trailboss.manifests.published.explain import Explanation, FieldBelow, explain
from trailboss.manifests.published.tree import every_kind
from trailboss.manifests.schema.meaning import when_words
from trailboss.model.base import Frozen


class KindSummary(Frozen):
    """A kind, as `trailboss explain --output json` lists them."""

    kind: str
    api_versions: tuple[str, ...]


def explain_(
    path: Annotated[str, typer.Argument(metavar="[KIND[.FIELD…]]", help="A kind, or a field of one.")] = "",
    *,
    api_version: Annotated[str, typer.Option(help="Of which kind, where several have that name.")] = "",
    output: OutputOption = Output.TEXT,
) -> None:
    """Say what a field of a manifest means, what is allowed, its default, and when a change of it takes effect.

    Without KIND: the kinds that there are. Case does not matter; `spec.` may be left out.
    """
    if not path:
        _list_kinds(output)
        return
    found = explain(path, api_version)
    if output is Output.JSON:
        print_json(found)
        return
    console.print(_heading(found), soft_wrap=True)
    if found.fields:
        console.print(Text("\nfields:", "bold"))
        console.print(_table(found.fields))


def _list_kinds(output: Output) -> None:
    kinds = [
        KindSummary(kind=kind.name, api_versions=tuple(f"{kind.group}/{version}" for version in kind.versions))
        for kind in every_kind()
    ]
    if output is Output.JSON:
        print_json(kinds)
        return
    table = Table("Kind", "apiVersion", box=None, pad_edge=False)
    for kind in kinds:
        table.add_row(Text(kind.kind, "bold"), Text(", ".join(kind.api_versions)))
    console.print(table)


def _heading(found: Explanation) -> Text:
    name = f"{found.kind}.{found.field}" if found.field else found.kind
    text = Text.assemble((name, "bold"), ("  ", ""), (f"<{found.type}>", "cyan"))
    for label, value in _lines(found):
        text.append(f"\n  {label}: ", "dim").append(value)
    return text


def _lines(found: Explanation) -> Iterator[tuple[str, str]]:
    if not found.field:
        yield "apiVersion", ", ".join(found.api_versions)
    if found.instead:
        yield "not to be used", found.instead
    if found.means:
        yield "means", found.means
    if found.allowed:
        yield "allowed", found.allowed
    if found.needed:
        yield "needed", "yes"
    elif found.default is not None:
        yield "default", json.dumps(found.default, ensure_ascii=False)
    if found.when:
        yield "takes effect", when_words(found.when)


def _table(fields: tuple[FieldBelow, ...]) -> Table:
    table = Table(show_header=False, box=None, pad_edge=False)
    for field in fields:
        name = Text.assemble("  ", (field.name, "bold"), (" (needed)" if field.needed else "", "yellow"))
        table.add_row(name, Text(f"<{field.type}>", "cyan"), Text(field.means))
    return table
