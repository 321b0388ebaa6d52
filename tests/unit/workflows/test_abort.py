"""Changes that end before they are done: an operator aborts or cancels them, or a newer revision has come."""

import asyncio
from datetime import timedelta

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from tests.unit.workflows.herd import Herd
from tests.unit.workflows.plans import NOTHING, WORKER, only_workers, revision
from tests.unit.workflows.running import change_of, cluster, say, until, until_done, until_held

from trailboss.workflows.cluster import ClusterWorkflow

pytestmark = pytest.mark.slow


async def test_an_abort_gives_back_what_is_being_emptied_and_lets_the_rest_end(temporal_client: Client) -> None:
    herd = Herd(
        [only_workers(4, parallel=3)],
        blocked={"worker-1 drain"},
        hold={"worker-2 drain", "worker-3 kubelet"},
    )
    async with cluster(temporal_client, herd) as handle:
        await until_held(handle, "worker-1")
        for call in ("worker-2 drain", "worker-3 kubelet"):
            await herd.until_called(call)
        # worker-4 has the slot that worker-1 gave up
        await herd.until_called("worker-4 node-ready")
        await say(handle, "abort", why="wrong version")
        await herd.until_called("worker-2 uncordon")
        herd.release()
        status = await until(handle, "Aborted")
    assert herd.of("worker-1") == ["drain", "uncordon"]
    assert herd.of("worker-2") == ["drain", "uncordon"]
    assert herd.of("worker-3") == list(WORKER)
    assert herd.cancelled == ["worker-2 drain"]
    assert status.applied is None


async def test_an_abort_while_paused_ends_the_change_and_retry_begins_it_again(temporal_client: Client) -> None:
    herd = Herd([only_workers(2), NOTHING], hold={"worker-1 kubelet"})
    async with cluster(temporal_client, herd) as handle:
        await herd.until_called("worker-1 kubelet")
        await handle.signal("pause")
        await handle.signal("abort")
        herd.release()
        await until(handle, "Aborted")
        assert herd.of("worker-2") == []
        await handle.signal("resume")
        await handle.signal("retry")
        await until(handle, "Ready")


async def test_a_newer_revision_gives_held_machines_back(temporal_client: Client) -> None:
    herd = Herd([only_workers(1), NOTHING], blocked={"worker-1 drain"})
    async with cluster(temporal_client, herd) as handle:
        await until_held(handle, "worker-1")
        await handle.signal(ClusterWorkflow.submit, revision("b"))
        await until(handle, "Ready", "b")
    assert herd.of("worker-1") == ["drain", "uncordon"]


async def test_a_newer_revision_ends_a_drain_that_does_not_end(skipping: WorkflowEnvironment) -> None:
    herd = Herd([only_workers(1), NOTHING], hold={"worker-1 drain"})
    async with cluster(skipping.client, herd) as handle:
        await herd.until_called("worker-1 drain")
        await handle.signal(ClusterWorkflow.submit, revision("b"))
        await asyncio.sleep(1)
        assert herd.cancelled == []  # most drains end within the minute that it is left
        change = await change_of(skipping.client, handle)
        await change.signal("abort")
        await until(handle, "Ready", "b")
    assert herd.of("worker-1") == ["drain", "uncordon"]


async def test_paused_for_an_hour_then_resumed_then_aborted_in_a_drain(skipping: WorkflowEnvironment) -> None:
    herd = Herd([only_workers(4)], hold={"worker-2 kubelet", "worker-3 drain"})
    async with cluster(skipping.client, herd) as handle:
        await herd.until_called("worker-2 kubelet")
        change = await change_of(skipping.client, handle)
        await handle.signal("pause")
        herd.hold.remove("worker-2 kubelet")
        await until_done(skipping.client, handle, "worker-2")
        paused_at = await skipping.get_current_time(change)
        async with asyncio.timeout(20):
            await skipping.fast_forward(change, timedelta(hours=1))
        assert await skipping.get_current_time(change) - paused_at >= timedelta(hours=1)
        assert herd.of("worker-3") == []
        await handle.signal("resume")
        await herd.until_called("worker-3 drain")
        await handle.signal("abort")
        status = await until(handle, "Aborted")
    assert herd.cancelled == ["worker-3 drain"]
    assert herd.of("worker-3") == ["drain", "uncordon"]
    assert herd.of("worker-4") == []
    assert status.last_result
    assert status.last_result.outcome == "aborted"
    assert [(entry.who, entry.what) for entry in status.audit] == [
        ("signal", "pause"),
        ("signal", "resume"),
        ("signal", "abort"),
    ]


async def test_a_change_that_is_cancelled_leaves_nothing_cordoned(temporal_client: Client) -> None:
    herd = Herd([only_workers(2)], hold={"worker-1 drain"})
    async with cluster(temporal_client, herd) as handle:
        await herd.until_called("worker-1 drain")
        change = await change_of(temporal_client, handle)
        await change.cancel()
        status = await until(handle, "Aborted")
    assert herd.of("worker-1") == ["drain", "uncordon"]
    assert herd.of("worker-2") == []
    assert status.last_result
    assert status.last_result.outcome == "aborted"
    assert [(entry.who, entry.what, entry.why) for entry in status.audit] == [
        ("Temporal", "abort", "the workflow was cancelled")
    ]
