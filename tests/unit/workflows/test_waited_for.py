"""Machines whose step is tried again and again: who is waited for, why, and how to go on."""

import asyncio

import pytest
from temporalio.client import Client
from tests.unit.workflows.herd import Herd
from tests.unit.workflows.plans import NOTHING, WORKER, only_workers
from tests.unit.workflows.running import change_of, cluster, progress, say, until, until_status

from trailboss.model import names
from trailboss.model.progress import ClusterStatus
from trailboss.worker.temporal.telling import is_told
from trailboss.workflows.presentation import details

pytestmark = pytest.mark.slow

STEP = "kubeadm-upgrade-node"
WORDS = f"is waited for at {STEP}, attempt 3 failed: worker-1: no route to host"


def tells(status: ClusterStatus) -> bool:
    return f"worker-1 {WORDS}" in status.message


async def test_who_is_waited_for_is_told_and_it_goes_on_by_itself(temporal_client: Client) -> None:
    herd = Herd([only_workers(1), NOTHING], away={f"worker-1 {STEP}"}, hold={"worker-1 kubelet"})
    async with cluster(temporal_client, herd) as handle:
        status = await until_status(handle, tells)
        assert status.phase == "Changing"
        shown = details.change(status.name, await progress(temporal_client, handle))
        assert f"⏳ **worker-1** {WORDS}" in shown
        assert f"- **Leave it out:** `trailboss skip {status.name} worker-1`" in shown
        herd.away.clear()
        await herd.until_called("worker-1 kubelet")
        await until_status(handle, lambda status: not tells(status))
        assert "waited for" not in details.change(status.name, await progress(temporal_client, handle))
        herd.release()
        await until(handle, "Ready")


async def test_it_can_be_found_and_skipped(temporal_client: Client) -> None:
    herd = Herd([only_workers(2), NOTHING], away={f"worker-1 {STEP}"})
    async with cluster(temporal_client, herd) as handle:
        name = (await until_status(handle, tells)).name
        change = await change_of(temporal_client, handle)
        problem = f"{names.ATTRIBUTE_PROBLEM} IS NOT NULL AND WorkflowId = '{change.id}'"
        async with asyncio.timeout(10):
            while not [found async for found in temporal_client.list_workflows(problem)]:
                await asyncio.sleep(0.1)
        await say(handle, "skip_machine", "worker-1")
        status = await until(handle, "Incomplete")
    assert herd.of("worker-2") == list(WORKER)
    assert status.name == name
    assert not tells(status)


def test_it_is_told_ever_more_rarely() -> None:
    assert [attempt for attempt in range(1, 100) if is_told(attempt)] == [3, 6, 12, 24, 48, 96]
