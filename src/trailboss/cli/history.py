from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from trailboss.cli.connection import connected
from trailboss.cli.history_reading import PastChange, changes_query, read_history
from trailboss.cli.output import Output, OutputOption, console, print_json, run_async
from trailboss.cli.signals import ClusterArgument
from trailboss.cli.web import tell_page, web
from trailboss.manifests.schema.times import duration_text

_STYLES = {"done": "green", "nothing-to-do": "green", "running": "cyan", "failed": "red", "refused": "red"}


def history(
    cluster: ClusterArgument,
    *,
    limit: Annotated[int, typer.Option(help="How many changes, the newest.", min=1, max=1000)] = 20,
    output: OutputOption = Output.TEXT,
) -> None:
    """Show a cluster's changes, newest last: revision, when, how long, what came of it, and words of operators.

    As far back as Temporal keeps them: the namespace's retention.
    """
    pages = web()
    read = run_async(_read(cluster, limit))
    found = [change.model_copy(update={"web_ui": pages.page(change.workflow_id)}) for change in read]
    if output is Output.JSON:
        print_json(found)
    elif found:
        console.print(_table(found))
        tell_page(pages.found(changes_query(cluster)))
    else:
        console.print(
            f"{cluster}: no change is known; `trailboss status {cluster}` shows where it stands", markup=False
        )


async def _read(cluster: str, limit: int) -> list[PastChange]:
    async with connected() as client:
        return await read_history(client, cluster, limit)


def _table(changes: list[PastChange]) -> Table:
    table = Table("Began", "Took", "Revision", "Version", "Outcome", "", box=None, pad_edge=False, header_style="bold")
    for change in changes:
        outcome = Text(change.outcome, style=_STYLES.get(change.outcome, "yellow"))
        table.add_row(_when(change.began), _took(change), change.revision, change.version, outcome, _words(change))
    return table


def _when(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%SZ")


def _took(change: PastChange) -> str:
    return duration_text(timedelta(seconds=change.seconds)) if change.seconds is not None else "-"


def _words(change: PastChange) -> Text:
    lines = [*([change.summary] if change.summary else []), *change.problems]
    said = [f"{word.at} {word.who}: {word.what}{f' ({word.why})' if word.why else ''}" for word in change.words]
    text = Text("\n".join(lines))
    return text.append("\n" if lines and said else "").append("\n".join(said), "dim")
