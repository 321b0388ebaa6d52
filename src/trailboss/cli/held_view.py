"""What a cluster asks of its operators, how to answer, and what they have said. Pure."""

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from trailboss.model.progress import ClusterStatus

_AUDIT_LINES = 5


def questions(status: ClusterStatus) -> list[str]:
    """Say how to answer whatever the change under way asks of an operator; nothing if it asks nothing."""
    report = status.report
    if report is None or not (report.held or report.awaits_approval):
        return []
    begin = [f"let it begin: trailboss approve {status.name}"] if report.awaits_approval else []
    return begin + [
        f"{held.machine}: go on all the same: trailboss approve {status.name} {held.machine};"
        f" leave it alone: trailboss skip {status.name} {held.machine}"
        for held in report.held
    ]


def asked(status: ClusterStatus) -> list[RenderableType]:
    """Show what each held machine waits for, and how to answer."""
    held = status.report.held if status.report else ()
    reasons = [f"{one.machine} is held at {one.step}: {reason}" for one in held for reason in one.reasons]
    return [Text(f"  {line}", style="yellow") for line in (*reasons, *questions(status))]


def audit_lines(status: ClusterStatus) -> list[RenderableType]:
    """Show the operators' last words."""
    if not status.audit:
        return []
    grid = Table.grid(padding=(0, 2))
    for entry in status.audit[-_AUDIT_LINES:]:
        grid.add_row(entry.at, entry.who, entry.what, entry.revision, Text(entry.why, style="dim"))
    return [Text("\nsaid by operators", style="bold"), Padding(grid, (0, 0, 0, 2))]
