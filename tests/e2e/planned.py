"""What a plan foretold beside what a change then did: steps in their order, and how long all of it took."""

import asyncio
import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from temporalio.api.history.v1 import HistoryEvent
from tests.e2e.ranch import NAME, Ranch

from trailboss.cli.step_events import ended_steps
from trailboss.model import names
from trailboss.model.base import Frozen
from trailboss.model.messages import MachineInput
from trailboss.model.preview import Preview

_AUTHOR = ("-c", "user.name=Trailboss lab", "-c", "user.email=lab@trailboss.dev")
_LOOKS, _PAUSE_SECONDS = 24, 5
_STARTED = "child_workflow_execution_started_event_attributes"


class Operation(Frozen):
    """One machine's operation with the steps that came to their end, in their order."""

    machine: str
    operation: str
    steps: tuple[str, ...]

    @property
    def words(self) -> str:
        return f"{self.operation} {self.machine}: {' '.join(self.steps)}"


class Taken(Frozen):
    """What a change did: its operations in the order in which they began, and the seconds from its start to its end."""

    operations: tuple[Operation, ...]
    seconds: float


async def propose(ranch: Ranch, branch: str, files: Mapping[str, str]) -> None:
    """Push `files` to a branch that nobody follows."""
    await asyncio.to_thread(_propose, ranch.origin.url, branch, files)


def _propose(url: str, branch: str, files: Mapping[str, str]) -> None:
    with tempfile.TemporaryDirectory(prefix="trailboss-") as folder:
        _git(folder, "clone", "--quiet", url, ".")
        for path, text in files.items():
            file = Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        _git(folder, "add", "--all")
        _git(folder, *_AUTHOR, "commit", "--quiet", "--message", f"for {branch}")
        _git(folder, "push", "--quiet", "origin", f"HEAD:{branch}")


def _git(folder: str, *words: str) -> None:
    subprocess.run(["git", "-C", folder, *words], check=True, capture_output=True, text=True)


async def plan_before(ranch: Ranch, *words: str) -> Preview:
    """Return what `trailboss plan` says, run as an operator would, once nothing that passes by itself is in the way.

    `words`: its arguments. Pods of a cluster that has only just come about may not all be Ready.
    """
    for _ in range(_LOOKS):
        done = await asyncio.to_thread(ranch.trailboss, "plan", *words, "--output", "json")
        assert done.returncode in (0, 1), done.stderr
        plan = Preview.model_validate(json.loads(done.stdout))
        if not plan.refusals or not all(refusal.temporary for refusal in plan.refusals):
            break
        await asyncio.sleep(_PAUSE_SECONDS)
    assert (done.returncode, plan.refusals) == (0, ())
    return plan


async def steps_taken(ranch: Ranch) -> Taken:
    """Return what the change of the last push did, out of its history and those of its machines."""
    client, change = ranch.temporal.client, names.change_id(NAME, ranch.commit)
    events = [event async for event in client.get_workflow_handle(change).fetch_history_events()]
    found = [await _operation(ranch, child, run) for child, run in _children(events)]
    return Taken(operations=tuple(found), seconds=_seconds(events[-1]) - _seconds(events[0]))


def assert_as_planned(plan: Preview, taken: Taken) -> None:
    """The operations of each stage came after those of the stage before; one at a time: in the plan's order."""
    left = [one.words for one in taken.operations]
    for stage in (stage for one in plan.plans for stage in one.stages):
        planned = [
            f"{one.operation} {one.machine}: {' '.join(step.name for step in one.steps)}" for one in stage.operations
        ]
        done, left = left[: len(planned)], left[len(planned) :]
        if stage.parallel == 1:
            assert done == planned, stage.name
        else:
            assert sorted(done) == sorted(planned), stage.name
    assert left == [], "what nobody had planned"


def estimate_error(plan: Preview, taken: Taken) -> float:
    """Return by which share of the run the estimate was wrong: 0.1 is ten percent too long."""
    assert plan.estimate
    return plan.estimate.seconds / taken.seconds - 1


async def _operation(ranch: Ranch, workflow_id: str, run_id: str) -> Operation:
    client = ranch.temporal.client
    events = [one async for one in client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history_events()]
    payloads = events[0].workflow_execution_started_event_attributes.input.payloads
    (given,) = await client.data_converter.decode(payloads[:1], [MachineInput])
    steps = tuple(step.name for step in ended_steps(events))
    return Operation(machine=given.operation.machine, operation=given.operation.operation, steps=steps)


def _children(events: list[HistoryEvent]) -> Iterator[tuple[str, str]]:
    for event in events:
        if event.WhichOneof("attributes") == _STARTED:
            child = event.child_workflow_execution_started_event_attributes.workflow_execution
            yield child.workflow_id, child.run_id


def _seconds(event: HistoryEvent) -> float:
    return event.event_time.ToNanoseconds() / 1e9
