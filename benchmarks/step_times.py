"""Where a change's time went: each activity, from when it was scheduled until it ended, out of Temporal's histories.

Alone: `.venv/bin/python benchmarks/step_times.py CLUSTER`, while the Temporal that carried the change out runs.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated

import typer
from rich.table import Table
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

from trailboss.cli.output import Output, OutputOption, console, print_json, run_async
from trailboss.cli.reading import read_cluster
from trailboss.cli.step_events import ENDED, ended_steps, seconds_of
from trailboss.model import names
from trailboss.model.base import Frozen
from trailboss.worker.settings import load_settings
from trailboss.worker.temporal.connection import connect

_WHOLE_CLUSTER = "all"


class StepTime(Frozen):
    """One step on one machine ("all": on the cluster as a whole).

    `started`: seconds since the beginning of what is measured. `attempts` above 1: the step was tried again.
    """

    machine: str
    step: str
    started: float
    seconds: float
    attempts: int = 1


async def step_times(client: Client, cluster: str, commit: str, *, since: float | None = None) -> list[StepTime]:
    """Return the ended steps of a commit's change, those that started first first.

    `commit`: at least its first twelve characters. `since`: seconds since the epoch; None: the start of the change.
    """
    change = names.change_id(cluster, commit)
    events = await _history(client, change)
    zero = seconds_of(events[0]) if since is None else since
    found = list(_steps(events, _WHOLE_CLUSTER, zero))
    for child, run in _children(events):
        machine = child.removeprefix(f"{change}/").partition("/")[0]
        found += _steps(await _history(client, child, run), machine, zero)
    return sorted(found, key=lambda step: (step.started, step.machine))


def steps_table(steps: Iterable[StepTime]) -> Table:
    table = Table("MACHINE", "STEP", box=None, pad_edge=False)
    for heading in ("STARTED", "SECONDS", "ATTEMPTS"):
        table.add_column(heading, justify="right")
    for step in steps:
        table.add_row(step.machine, step.step, f"{step.started:.2f}", f"{step.seconds:.2f}", str(step.attempts))
    return table


async def _history(client: Client, workflow: str, run: str | None = None) -> list[HistoryEvent]:
    return [event async for event in client.get_workflow_handle(workflow, run_id=run).fetch_history_events()]


def _children(events: Iterable[HistoryEvent]) -> Iterator[tuple[str, str]]:
    """Return id and run of each: every plan of a change gives a machine's operation the same id."""
    kind = "child_workflow_execution_started_event_attributes"
    for event in events:
        if event.WhichOneof("attributes") == kind:
            child = getattr(event, kind).workflow_execution
            yield child.workflow_id, child.run_id


def _steps(events: Iterable[HistoryEvent], machine: str, zero: float) -> Iterator[StepTime]:
    for step in ended_steps(events, ENDED):
        yield StepTime(
            machine=machine,
            step=step.name,
            started=round(step.began - zero, 3),
            seconds=round(step.seconds, 3),
            attempts=step.attempts,
        )


async def _read(cluster: str, commit: str | None) -> list[StepTime]:
    client = await connect(load_settings())
    if commit is None:
        view = await read_cluster(client, cluster)
        commit = view.status.desired.commit if view.status.desired else view.revision
    return await step_times(client, cluster, commit)


def main(
    cluster: str,
    *,
    commit: Annotated[str | None, typer.Option(help="The change's commit; without it, what is desired now.")] = None,
    output: OutputOption = Output.TEXT,
) -> None:
    """Show where the time of a cluster's change went."""
    steps = run_async(_read(cluster, commit))
    if output is Output.JSON:
        print_json(steps)
    else:
        console.print(f"{cluster}: seconds since its change began", steps_table(steps), sep="\n")


if __name__ == "__main__":
    typer.run(main)
