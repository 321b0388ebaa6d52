"""What operators say, and what is kept of it."""

import asyncio
from datetime import timedelta

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from tests.unit.workflows.herd import Herd
from tests.unit.workflows.plans import NOTHING, WORKER, only_workers, revision
from tests.unit.workflows.running import change_of, cluster, say, until, until_done, until_held, until_status

from trailboss.model.control import Control
from trailboss.workflows.cluster import ClusterWorkflow

pytestmark = pytest.mark.slow


async def test_a_pause_in_the_middle_of_the_workers_lasts_an_hour(skipping: WorkflowEnvironment) -> None:
    herd = Herd([only_workers(3), NOTHING], hold={"worker-2 kubelet"})
    async with cluster(skipping.client, herd) as handle:
        await herd.until_called("worker-2 kubelet")
        change = await change_of(skipping.client, handle)
        await say(handle, "pause", why="lunch")
        herd.release()
        await until_done(skipping.client, handle, "worker-2")
        paused_at = await skipping.get_current_time(change)
        async with asyncio.timeout(20):
            await skipping.fast_forward(change, timedelta(hours=1))
        assert await skipping.get_current_time(change) - paused_at >= timedelta(hours=1)
        assert herd.of("worker-3") == []
        await say(handle, "resume")
        await until(handle, "Ready")
    assert herd.of("worker-3") == list(WORKER)


async def test_every_word_is_kept_with_who_what_and_why(temporal_client: Client) -> None:
    herd = Herd([only_workers(1), NOTHING], blocked={"worker-1 drain"})
    async with cluster(temporal_client, herd) as handle:
        await until_held(handle, "worker-1")
        await handle.signal("pause")
        await say(handle, "resume", why="enough")
        await handle.signal("control", Control(action="pause", by="you@there", why="no worker answered me"))
        change = await change_of(temporal_client, handle)
        await say(change, "resume")
        await say(change, "approve", "worker-1", "it may go")
        status = await until(handle, "Ready")
    assert [(entry.who, entry.what, entry.why, entry.revision) for entry in status.audit] == [
        ("signal", "pause", "", revision("a").short),
        ("me@here", "resume", "enough", revision("a").short),
        ("you@there", "pause", "no worker answered me", revision("a").short),
        ("me@here", "resume", "", revision("a").short),
        ("me@here", "approve worker-1", "it may go", revision("a").short),
    ]
    assert all(entry.at.endswith("+00:00") for entry in status.audit)


async def test_the_change_itself_can_be_paused_and_the_cluster_knows(temporal_client: Client) -> None:
    herd = Herd([only_workers(2), NOTHING], hold={"worker-1 kubelet"})
    async with cluster(temporal_client, herd) as handle:
        await herd.until_called("worker-1 kubelet")
        change = await change_of(temporal_client, handle)
        await change.signal("pause")
        await until_status(handle, lambda status: status.paused)
        herd.release()
        await herd.until_called("worker-1 node-ready")
        await asyncio.sleep(0.5)
        assert herd.of("worker-2") == []
        await handle.signal("resume")
        await until(handle, "Ready")


async def test_the_audit_keeps_the_last_fifty_over_a_new_history(skipping: WorkflowEnvironment) -> None:
    herd = Herd([NOTHING])
    async with cluster(skipping.client, herd) as handle:
        first = (await handle.describe()).run_id
        await until(handle, "Ready")
        async with asyncio.timeout(30):
            number = 0
            while number < 60 or (await handle.describe()).run_id == first:
                await handle.signal("control", Control(action="resume", why=str(number)))
                number += 1
        status = await until_status(handle, lambda status: status.audit[-1].why == str(number - 1))
    assert [entry.why for entry in status.audit] == [str(each) for each in range(number - 50, number)]
    assert status.applied == revision("a")


async def test_what_is_said_as_the_change_ends_harms_nobody(temporal_client: Client) -> None:
    herd = Herd([only_workers(1), NOTHING])
    async with cluster(temporal_client, herd) as handle:
        for _ in range(60):
            await handle.signal("pause")
            await handle.signal("resume")
        await until(handle, "Ready")
        await handle.signal("abort")
        await handle.signal("approve")
        assert (await handle.query(ClusterWorkflow.status)).phase == "Ready"
