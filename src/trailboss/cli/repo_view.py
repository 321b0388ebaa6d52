from datetime import UTC, datetime

from rich.table import Table
from rich.text import Text

from trailboss.model.messages import PollResult, RepositoryStatus


def repositories_table(statuses: list[RepositoryStatus]) -> Table:
    table = Table("Name", "URL", "Branch", "Every", "Last poll", "Next", "Found", box=None, pad_edge=False)
    for status in statuses:
        repository = status.repository
        table.add_row(
            Text(repository.name),
            Text(repository.url, overflow="fold"),
            Text(repository.branch),
            f"{repository.interval_seconds:g} s",
            _ago(status.last_polled_at),
            _until(status.next_poll_at),
            Text(found_by(status.last) if status.last else "not polled yet", style=_style(status.last)),
        )
    return table


def found_by(result: PollResult) -> str:
    """Return what a poll found, in lines: the repository's problem, what was submitted, each cluster's problems."""
    head = f"at {result.head[:12]}" if result.head else ""
    lines = [result.problem] if result.problem else []
    if result.submitted:
        lines.append(f"{head}, submitted {', '.join(result.submitted)}")
    elif not result.problem:
        lines.append(f"{head}, nothing new to submit")
    for name, seen in sorted(result.clusters.items()):
        stands = f"{seen.commit[:12]} stands" if seen.commit else "nothing was submitted yet"
        lines += [f"{name} rejected ({stands}): {reason}" for reason in seen.problems]
    return "\n".join(lines)


def _style(result: PollResult | None) -> str:
    wrong = result and (result.problem or any(seen.problems for seen in result.clusters.values()))
    return "yellow" if wrong else ""


def _ago(at: datetime | None) -> str:
    return f"{max(0, (datetime.now(UTC) - at).total_seconds()):.0f} s ago" if at else "never"


def _until(at: datetime | None) -> str:
    return f"in {max(0, (at - datetime.now(UTC)).total_seconds()):.0f} s" if at else "paused"
