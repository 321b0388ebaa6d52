"""Runs a cluster's workflows on a herd of stand-ins, and waits for what becomes of it."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker
from tests.unit.workflows.herd import Herd
from tests.unit.workflows.plans import revision

from trailboss.model.control import ControlResult, Word
from trailboss.model.messages import ClusterInput
from trailboss.model.progress import ChangeProgress, ClusterStatus
from trailboss.worker.temporal.telling import TellingInterceptor
from trailboss.worker.workflow_runner import workflow_runner
from trailboss.workflows.change import ChangeWorkflow
from trailboss.workflows.cluster import ClusterWorkflow
from trailboss.workflows.machine import MachineWorkflow
from trailboss.workflows.restore import RestoreWorkflow
from trailboss.workflows.snapshots import SnapshotWorkflow

Handle = WorkflowHandle[ClusterWorkflow, None]
_PATIENCE = 30  # seconds


@asynccontextmanager
async def cluster(client: Client, herd: Herd) -> AsyncIterator[Handle]:
    """Submit revision "a" to a new cluster."""
    name = f"c{uuid.uuid4().hex[:8]}"
    workflows = [ClusterWorkflow, ChangeWorkflow, MachineWorkflow, RestoreWorkflow, SnapshotWorkflow]
    async with Worker(
        client,
        task_queue=name,
        workflows=workflows,
        activities=herd.activities(),
        max_heartbeat_throttle_interval=timedelta(seconds=0.1),  # with heartbeats come cancellations
        workflow_runner=workflow_runner(),
        interceptors=[TellingInterceptor()],
    ):
        handle = await client.start_workflow(
            ClusterWorkflow.run,
            ClusterInput(name=name),
            id=f"cluster/{name}",
            task_queue=name,
            start_signal="submit",
            start_signal_args=[revision("a")],
        )
        try:
            yield handle
        finally:
            herd.release()
            await handle.terminate()


async def until(handle: Handle, phase: str, digit: str = "a") -> ClusterStatus:
    """Wait until the change to this revision has ended in this phase."""

    def ended(status: ClusterStatus) -> bool:
        result = status.last_result
        return status.phase == phase and result is not None and result.revision == revision(digit)

    return await until_status(handle, ended)


async def until_status(handle: Handle, holds: Callable[[ClusterStatus], bool]) -> ClusterStatus:
    async with asyncio.timeout(_PATIENCE):
        while True:
            status = await handle.query(ClusterWorkflow.status)
            if holds(status):
                return status
            await asyncio.sleep(0.05)


async def until_held(handle: Handle, *machines: str) -> ClusterStatus:
    def held(status: ClusterStatus) -> bool:
        return status.report is not None and {one.machine for one in status.report.held} == set(machines)

    return await until_status(handle, held)


async def change_of(client: Client, handle: Handle) -> WorkflowHandle[ChangeWorkflow, None]:
    change_id = await handle.query(ClusterWorkflow.change_id)
    assert change_id
    return client.get_workflow_handle(change_id)


async def runs_of(client: Client, change_id: str) -> int:
    """Count how often a change continued as new, and once more."""
    return len([one async for one in client.list_workflows(f"WorkflowId = '{change_id}'")])


async def progress(client: Client, handle: Handle) -> ChangeProgress:
    return await (await change_of(client, handle)).query("status", result_type=ChangeProgress)


async def until_done(client: Client, handle: Handle, machine: str) -> None:
    """Wait until the operations of this machine have ended."""
    async with asyncio.timeout(_PATIENCE):
        while any(one.state != "done" for one in (await progress(client, handle)).operations if one.machine == machine):
            await asyncio.sleep(0.05)


async def say(handle: WorkflowHandle, update: str, machine: str = "", why: str = "") -> str:
    word = Word(machine=machine, by="me@here", why=why)
    result: ControlResult = await handle.execute_update(update, word, result_type=ControlResult)
    return result.summary
