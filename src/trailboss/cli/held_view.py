"""What a cluster asks of its operators, how to answer, and what they have said. Pure."""

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from trailboss.model.progress import ClusterStatus, OperationProgress

_AUDIT_LINES = 5


def questions(status: ClusterStatus) -> list[str]:
    """Say how to answer whatever the change under way asks of an operator; nothing if it asks nothing."""
    report = status.report
    if report is None:
        return []
    begin = [f"let it begin: trailboss approve {status.name}"] if report.awaits_approval else []
    held = [
        f"{held.machine}: go on all the same: trailboss approve {status.name} {held.machine};"
        f" leave it alone: trailboss skip {status.name} {held.machine}"
        for held in report.held
    ]
    return begin + held + [_ways_on(status.name, one) for one in _waited_for(status)]


def _waited_for(status: ClusterStatus) -> list[OperationProgress]:
    operations = status.change.operations if status.change else ()
    return [one for one in operations if one.state == "running" and one.waits_long]


def _ways_on(cluster: str, operation: OperationProgress) -> str:
    return (
        f"{operation.machine}: bring it back, and it goes on by itself; or leave it out:"
        f" trailboss skip {cluster} {operation.machine}"
    )


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
