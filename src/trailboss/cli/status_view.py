"""How clusters and their changes look on a terminal. Pure: models in, things to print out."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from trailboss.cli.held_view import asked, audit_lines
from trailboss.cli.reading import ClusterView
from trailboss.model.addons import AddonProgress
from trailboss.model.messages import RepositoryStatus
from trailboss.model.progress import ChangeProgress, ClusterStatus, OperationProgress

_COLOURS = {
    "Ready": "green",
    "Destroyed": "dim",
    **dict.fromkeys(("Failed", "Refused"), "red"),
    **dict.fromkeys(("Held", "Waiting", "Paused", "Incomplete", "Aborted"), "yellow"),
    **dict.fromkeys(("Planning", "Changing", "Restoring"), "cyan"),
}
_STATES = {
    "waiting": ("·", "dim"),
    "running": ("▶", "cyan"),
    "held": ("?", "bold yellow"),
    "done": ("✓", "green"),
    "failed": ("✗", "red"),
    "skipped": ("↷", "yellow"),
}
_WITH_PROBLEMS = {"Failed", "Refused", "Incomplete", "Aborted", "Destroyed"}
_SHORT = 12


def overview(clusters: Sequence[ClusterView], repositories: Sequence[RepositoryStatus]) -> RenderableType:
    """Show all clusters in a table, each change under way below it, then what is wrong with repositories."""
    if not clusters:
        return Group(_nothing_yet(repositories), *_polls(repositories))
    changes = [part for view in clusters for part in _below(view.status)]
    audit = audit_lines(clusters[0].status) if len(clusters) == 1 else []
    unanswered = [_no_worker()] if any(not view.answered for view in clusters) else []
    return Group(cluster_table(clusters), *changes, *audit, *unanswered, *_polls(repositories))


def _nothing_yet(repositories: Sequence[RepositoryStatus]) -> Text:
    """Say what to type next."""
    if repositories:
        return Text("no clusters yet: `trailboss repo list` shows what polls have found")
    return Text(
        "no clusters yet, and no repository is followed: `trailboss repo add NAME URL` follows one; "
        "`trailboss init FOLDER` writes one to start from"
    )


def _below(status: ClusterStatus) -> list[RenderableType]:
    return [*change_lines(status), *addon_lines(status), *drift_lines(status), *asked(status)]


def cluster_table(clusters: Sequence[ClusterView]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("CLUSTER", "PHASE", "VERSION", "REVISION", "MACHINES"):
        table.add_column(title, no_wrap=True)
    table.add_column("MESSAGE", overflow="fold")
    for view in clusters:
        status = view.status
        phase = Text(view.shown_phase or "?", style=_COLOURS.get(view.shown_phase, ""))
        version, revision = status.kubernetes_version or "-", revision_words(view)
        table.add_row(status.name, phase, version, revision, machines_done(status.change), Text(message(status)))
    return table


def change_lines(status: ClusterStatus) -> list[RenderableType]:
    """Show each machine's operation of the change under way, none if there is none."""
    change = status.change
    if not change or not change.operations:
        return []
    held = Text("  paused: goes on after `trailboss resume`", style="yellow") if change.paused else Text()
    grid = Table.grid(padding=(0, 2))
    for operation in change.operations:
        grid.add_row(*_operation_cells(operation))
    hop = f", hop {change.hop} of {change.hops} to {change.report.version}" if change.hops > 1 else ""
    return [Text.assemble("\n", (status.name, "bold"), f": {change.stage}{hop}", held), Padding(grid, (0, 0, 0, 2))]


def addon_lines(status: ClusterStatus) -> list[RenderableType]:
    """Show each addon: those of the change under way, or as the last changes left them."""
    addons = status.change.addons if status.change and status.change.addons else status.addons
    if not addons:
        return []
    grid = Table.grid(padding=(0, 2))
    for addon in addons:
        mark, colour = _STATES[addon.state]
        words = addon.problem or addon.summary
        grid.add_row(
            Text(mark, style=colour), addon.operation, addon.name, Text(words, style="red" if addon.problem else "dim")
        )
    return [Text(f"\n{status.name}: addons", style="bold"), Padding(grid, (0, 0, 0, 2))]


def drift_lines(status: ClusterStatus) -> list[RenderableType]:
    """Show what is not as Git says any more, and how it is put right."""
    if status.drifts != "found":
        return []
    said = Text(f"\n{status.name}: not as Git says any more; `trailboss retry {status.name}` puts it right", "yellow")
    return [said, *(Text(f"  {line}") for line in status.drift)]


def operation_words(operation: OperationProgress) -> str:
    """Say in one line where a machine's operation stands."""
    steps = f" {operation.steps_done}/{operation.steps_total}" if operation.steps_total else ""
    step = f" {operation.step}" if operation.step else ""
    why = operation.problem or operation.waits_words
    return f"{operation.operation} {operation.machine}: {operation.state}{steps}{step}{f': {why}' if why else ''}"


def addon_words(addon: AddonProgress) -> str:
    """Say in one line where an addon stands."""
    why = addon.problem or addon.summary
    return f"{addon.operation} addon {addon.name}: {addon.state}{f': {why}' if why else ''}"


def message(status: ClusterStatus) -> str:
    """Say what goes on, how the last change failed if it did, and which commit was not taken and why."""
    lines = [status.message] if status.message else []
    if status.last_result and status.phase in _WITH_PROBLEMS:
        lines += status.last_result.problems
    if status.rejected:
        revision = status.rejected.revision
        reasons = "; ".join(status.rejected.reasons)
        lines.append(f"{revision.commit[:_SHORT]} was not taken, the last good revision stands: {reasons}")
    return "\n".join(lines)


def machines_done(change: ChangeProgress | None) -> str:
    """Count machines whose operations of the change under way are all done: "2/4", "-" without a change."""
    if not change or not change.operations:
        return "-"
    states: dict[str, set[str]] = {}
    for operation in change.operations:
        states.setdefault(operation.machine, set()).add(operation.state)
    return f"{sum(state == {'done'} for state in states.values())}/{len(states)}"


def revision_words(view: ClusterView) -> str:
    desired = view.status.desired
    return f"{desired.short} {desired.subject[:40]}".strip() if desired else view.revision or "-"


def _operation_cells(operation: OperationProgress) -> tuple[RenderableType, ...]:
    mark, colour = _STATES[operation.state]
    total = operation.steps_total or 1
    done = total if operation.state == "done" else operation.steps_done
    step = operation.step if operation.state in {"running", "held"} else ""
    words = operation.problem or ": ".join(word for word in (step, operation.waits_words) if word)
    return (
        Text(mark, style=colour),
        operation.operation,
        operation.machine,
        ProgressBar(total=total, completed=done, width=20),
        f"{done}/{total}",
        Text(words, style="red" if operation.problem else ""),
    )


def _polls(repositories: Sequence[RepositoryStatus]) -> list[RenderableType]:
    return [
        Text(f"\nrepository {each.repository.name}: {each.last.problem}", style="yellow")
        for each in repositories
        if each.last and each.last.problem
    ]


def _no_worker() -> Text:
    return Text(
        "\nno worker answers: shown is what Temporal last heard. Start one with `trailboss dev` or `trailboss worker`.",
        style="yellow",
    )
