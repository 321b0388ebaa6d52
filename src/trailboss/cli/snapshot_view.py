"""How snapshots, and what a restore would do, look on a terminal. Pure."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from trailboss.model.snapshots import RestorePlan, StoredSnapshot

_DIGEST = 12  # characters: enough to compare by eye
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def snapshots_table(listed: Sequence[StoredSnapshot]) -> Table:
    table = Table("Name", "Taken", "Size", "Kubernetes", "SHA-256", "Whole", box=None, pad_edge=False)
    for one in listed:
        table.add_row(
            Text(one.name),
            f"{one.taken_at:%Y-%m-%d %H:%M:%S} UTC" if one.taken_at else "?",
            decimal(one.size),
            one.kubernetes_version or "?",
            one.sha256[:_DIGEST] or "?",
            Text(f"no: {one.missing}", style="yellow") if one.missing else Text("yes", style="green"),
        )
    return table


def restore_lines(plan: RestorePlan, now: datetime | None = None) -> Iterator[Text]:
    """Say what a restore comes to: what is lost, which machines are reset, what to look at. `now`: for tests."""
    if plan.snapshot and plan.target:
        name, target = plan.snapshot.name, plan.target.machine
        yield Text(f"{plan.cluster} comes back from {name} on {target}", style="bold")
        yield Text(
            f"lost: whatever was written to its API {_since(plan.snapshot, now or datetime.now(UTC))}", style="red"
        )
        others = "".join(f", {one.machine}" for one in plan.resets)
        yield Text(f"reset: {target}{others}; the others join again in the change that follows")
    yield from (Text(f"note: {note}", style="yellow") for note in plan.notes)
    yield from (Text(f"refused: {refusal}", style="red") for refusal in plan.refusals)


def _since(snapshot: StoredSnapshot, now: datetime) -> str:
    if snapshot.taken_at is None:
        return "since then"
    return f"in the {_words((now - snapshot.taken_at).total_seconds())} since {snapshot.taken_at:%Y-%m-%d %H:%M:%S} UTC"


def _words(seconds: float) -> str:
    for unit, name in ((_DAY, "days"), (_HOUR, "hours"), (_MINUTE, "minutes")):
        if seconds >= 2 * unit:
            return f"{seconds // unit:.0f} {name}"
    return f"{max(seconds, 0):.0f} seconds"
