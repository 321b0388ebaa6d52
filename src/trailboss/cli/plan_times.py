"""How long steps took in this service: out of the histories of machines' workflows that have ended well.

Only a few histories of each kind of operation are read, and never by a workflow.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from temporalio.client import Client, WorkflowExecution
from temporalio.service import RPCError

from trailboss.cli.step_events import EndedStep, ended_steps
from trailboss.model import names
from trailboss.model.messages import MachineInput
from trailboss.plan.estimate import Durations, Sample
from trailboss.plan.estimate.durations import Place

OF_EACH: Final = 8
"""Histories that are read for each kind of operation; those of the cluster itself come first."""
_LISTED: Final = 400
_AT_ONCE: Final = 16
_ENDED_WELL = f"WorkflowType = '{names.MACHINE_WORKFLOW}' AND ExecutionStatus = 'Completed'"
_LOOK: Final = "plan_change"


@dataclass(frozen=True)
class _Ran:
    """One machine's operation that has ended well."""

    cluster: str
    machine: str
    operation: str
    role: str
    steps: tuple[EndedStep, ...]


async def durations(client: Client | None, cluster: str, look_seconds: float) -> Durations:
    """Return what was measured here; without Temporal, only how long it took to look at the cluster just now."""
    ran = await _ran(client, cluster) if client else []
    looked = Sample(step=_LOOK, operation="plan", place="worker", seconds=look_seconds)
    return Durations((looked, *_samples(ran)))


async def _ran(client: Client, cluster: str) -> list[_Ran]:
    slots = asyncio.Semaphore(_AT_ONCE)
    found = [execution async for execution in client.list_workflows(_ENDED_WELL, limit=_LISTED)]

    async def one(execution: WorkflowExecution) -> _Ran | None:
        async with slots:
            return await _read(client, execution)

    read = await asyncio.gather(*map(one, _chosen(found, cluster)))
    return [ran for ran in read if ran]


def _chosen(found: Iterable[WorkflowExecution], cluster: str) -> Iterator[WorkflowExecution]:
    """Yield the newest of each operation, which is the last word of an id; first those of `cluster`."""
    counts: Counter[str] = Counter()
    own = f"{names.cluster_id(cluster)}/"
    for execution in sorted(found, key=lambda one: (not one.id.startswith(own), -one.start_time.timestamp())):
        operation = execution.id.rpartition("/")[2]
        counts[operation] += 1
        if counts[operation] <= OF_EACH:
            yield execution


async def _read(client: Client, execution: WorkflowExecution) -> _Ran | None:
    """Return what a history tells; None if retention has removed it meanwhile, or it is not one of ours."""
    handle = client.get_workflow_handle(execution.id, run_id=execution.run_id)
    try:
        events = [event async for event in handle.fetch_history_events()]
    except RPCError:
        return None
    payloads = events[0].workflow_execution_started_event_attributes.input.payloads if events else []
    if not payloads:
        return None
    (given,) = await client.data_converter.decode(payloads[:1], [MachineInput])
    operation = given.operation
    return _Ran(
        given.context.cluster, operation.machine, operation.operation, operation.role, tuple(ended_steps(events))
    )


def _samples(ran: Iterable[_Ran]) -> Iterator[Sample]:
    ran = list(ran)
    control_planes: dict[str, set[str]] = defaultdict(set)
    for one in ran:
        if one.role == "control-plane":
            control_planes[one.cluster].add(one.machine)
    for one in ran:
        alone = len(control_planes[one.cluster]) == 1
        place: Place = "worker" if one.role == "worker" else "alone" if alone else "several"
        for step in one.steps:
            yield Sample(
                step=step.name, operation=one.operation, place=place, seconds=step.seconds, tries=step.attempts
            )
