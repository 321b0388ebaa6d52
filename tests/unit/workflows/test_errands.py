"""Snapshots and restores on an operator's word: the cluster's single writer does them, and nothing else meanwhile."""

import asyncio
from typing import Any

import pytest
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.worker import Replayer
from tests.unit.workflows.plans import NOTHING, only_workers, revision
from tests.unit.workflows.plans import refused as refused_plan
from tests.unit.workflows.restorable import NAME, PLAN, Ranch
from tests.unit.workflows.running import cluster, until, until_status

from trailboss.model.control import Word
from trailboss.model.messages import StepResult
from trailboss.model.progress import ClusterStatus
from trailboss.model.snapshots import ErrandStarted, RestoreWord
from trailboss.workflows.cluster import ClusterWorkflow
from trailboss.workflows.restore import RestoreWorkflow

WORD = RestoreWord(snapshot=NAME, control_plane="cp-1", by="me@here", why="the disks are gone")


async def ask(handle: WorkflowHandle[Any, Any], update: str, word: Word) -> ErrandStarted:
    started: ErrandStarted = await handle.execute_update(update, word, result_type=ErrandStarted)
    return started


async def end_of(client: Client, started: ErrandStarted) -> StepResult:
    handle = client.get_workflow_handle(started.workflow_id, run_id=started.run_id, result_type=StepResult)
    async with asyncio.timeout(30):
        return await handle.result()


async def replays(client: Client, *workflows: str) -> None:
    """Workers that take these workflows over come to where they are."""
    replayer = Replayer(workflows=[ClusterWorkflow, RestoreWorkflow], data_converter=pydantic_data_converter)
    for workflow_id in workflows:
        await replayer.replay_workflow(await client.get_workflow_handle(workflow_id).fetch_history())


def audit(status: ClusterStatus) -> list[tuple[str, str, str]]:
    return [(entry.who, entry.what, entry.why) for entry in status.audit]


async def refused(handle: WorkflowHandle[Any, Any], update: str, word: Word) -> str:
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await ask(handle, update, word)
    assert isinstance(caught.value.cause, ApplicationError)
    return caught.value.cause.message


async def test_a_snapshot_is_taken_by_the_single_writer_with_a_fence_of_its_own(temporal_client: Client) -> None:
    herd = Ranch([only_workers(1), NOTHING])
    async with cluster(temporal_client, herd) as handle:
        status = await until(handle, "Ready")
        before = herd.contexts[-1].fence
        started = await ask(handle, "take_snapshot", Word(by="me@here", why="before the fair"))
        assert started.workflow_id == f"{handle.id}/snapshot"
        assert (await end_of(temporal_client, started)).summary == "done"
        after = await handle.query(ClusterWorkflow.status)
    assert herd.calls[-1] == "cp-2 etcd-snapshot"
    (given,) = herd.asked
    assert given.context.fence > before
    assert (given.context.revision, given.context.applied) == (revision("a"), revision("a"))
    assert audit(after) == [("me@here", "snapshot", "before the fair")]
    assert after.model_copy(update={"audit": ()}) == status


async def test_a_restore_resets_the_others_first_and_the_change_that_follows_lets_them_join(
    temporal_client: Client,
) -> None:
    herd = Ranch([only_workers(1), NOTHING])
    async with cluster(temporal_client, herd) as handle:
        await until(handle, "Ready")
        plans, calls = herd.calls.count("plan"), len(herd.calls)
        summary = (await end_of(temporal_client, await ask(handle, "restore_snapshot", WORD))).summary
        assert summary == f"cp-1 serves Kubernetes 1.33.4 from {NAME}"
        status = await until_status(handle, lambda status: herd.calls.count("plan") > plans and status.phase == "Ready")
    done = herd.calls[calls:]
    assert done[0] == "cp-1 snapshot-check"
    assert sorted(done[1:3]) == ["cp-2 host-reset", "cp-3 host-reset"]
    assert done[3:] == ["cp-1 host-reset", "cp-1 images", "cp-1 etcd-restore", "cp-1 forget-nodes", "plan"]
    assert {run.version for run in herd.runs if run.words.startswith("cp-")} == {"1.33.4"}
    assert (herd.asked[0].snapshot, herd.asked[0].control_plane) == (NAME, "cp-1")
    assert audit(status) == [("me@here", f"restore {NAME} on cp-1", "the disks are gone")]
    assert (status.restored, status.applied) == (True, revision("a"))
    await replays(temporal_client, handle.id, f"{handle.id}/restore")


async def test_what_is_pushed_meanwhile_waits_for_the_end(temporal_client: Client) -> None:
    herd = Ranch([NOTHING], hold={"cp-1 etcd-restore"})
    async with cluster(temporal_client, herd) as handle:
        await until(handle, "Ready")
        started = await ask(handle, "restore_snapshot", WORD)
        await herd.until_called("cp-1 etcd-restore")
        assert (await handle.query(ClusterWorkflow.status)).phase == "Restoring"
        await handle.signal("submit", revision("b"))
        assert "something else is being done: restore" in await refused(handle, "take_snapshot", Word())
        assert herd.calls[-1] == "cp-1 etcd-restore"
        herd.release()
        await end_of(temporal_client, started)
        await until(handle, "Ready", "b")


@pytest.mark.parametrize(("update", "word"), [("take_snapshot", Word()), ("restore_snapshot", WORD)])
async def test_while_a_change_is_under_way_nothing_else_is_begun(
    temporal_client: Client, update: str, word: Word
) -> None:
    herd = Ranch([only_workers(1), NOTHING], hold={"worker-1 kubelet"})
    async with cluster(temporal_client, herd) as handle:
        await herd.until_called("worker-1 kubelet")
        assert "a change is under way" in await refused(handle, update, word)
        assert herd.asked == []
        herd.release()
        await until(handle, "Ready")


async def test_a_paused_cluster_can_be_restored_and_its_change_waits(temporal_client: Client) -> None:
    herd = Ranch([NOTHING])
    async with cluster(temporal_client, herd) as handle:
        await until(handle, "Ready")
        await handle.signal("pause")
        await end_of(temporal_client, await ask(handle, "restore_snapshot", WORD))
        status = await until_status(handle, lambda status: status.phase == "Pending")
        assert status.message == f"cp-1 serves Kubernetes 1.33.4 from {NAME}"
        assert herd.calls.count("plan") == 1
        await handle.signal("resume")
        await until(handle, "Ready")


async def test_a_restore_that_fails_is_told_and_never_becomes_a_new_cluster(temporal_client: Client) -> None:
    herd = Ranch([NOTHING], fail={"cp-3 host-reset"})
    async with cluster(temporal_client, herd) as handle:
        await until(handle, "Ready")
        started = await ask(handle, "restore_snapshot", WORD)
        with pytest.raises(Exception, match="Workflow execution failed"):
            await end_of(temporal_client, started)
        status = await until_status(handle, lambda status: status.phase == "Failed")
        assert "the restore stopped on cp-3 at host-reset: cp-3: the end of its output" in status.message
        assert f"`trailboss snapshot restore {status.name}`" in status.message
        assert "cp-1 host-reset" not in herd.calls
        assert "cp-2 host-reset" in herd.calls
        herd.fail.clear()
        await end_of(temporal_client, await ask(handle, "restore_snapshot", WORD))
        await until(handle, "Ready")
    assert herd.contexts[-1].initialised_before


async def test_a_cluster_that_never_was_ready_counts_as_one_that_stood_once_a_restore_began(
    temporal_client: Client,
) -> None:
    herd = Ranch([only_workers(1)], fail={"worker-1 drain", "cp-1 etcd-restore"})
    async with cluster(temporal_client, herd) as handle:
        await until(handle, "Failed")
        assert not herd.contexts[-1].initialised_before
        with pytest.raises(Exception, match="Workflow execution failed"):
            await end_of(temporal_client, await ask(handle, "restore_snapshot", WORD))
        await handle.signal("retry")
        await until_status(handle, lambda now: herd.contexts[-1].initialised_before and now.phase == "Failed")


async def test_what_is_refused_changes_nothing(temporal_client: Client) -> None:
    herd = Ranch([NOTHING], restore=PLAN.model_copy(update={"refusals": ("host cp-1 belongs to cluster other",)}))
    async with cluster(temporal_client, herd) as handle:
        await until(handle, "Ready")
        with pytest.raises(Exception, match="Workflow execution failed"):
            await end_of(temporal_client, await ask(handle, "restore_snapshot", WORD))
        status = await until_status(handle, lambda status: status.phase == "Failed")
    assert status.message == "nothing was changed: host cp-1 belongs to cluster other"
    assert herd.calls == ["plan"]


async def test_what_is_confirmed_to_be_destroyed_is_not_restored_and_a_new_one_may_follow(
    temporal_client: Client,
) -> None:
    gone = NOTHING.model_copy(update={"destroys": True})
    unconfirmed = refused_plan(temporary=False).model_copy(update={"destroys": True})
    herd = Ranch([NOTHING, NOTHING, unconfirmed, gone, NOTHING])
    async with cluster(temporal_client, herd) as handle:
        await until(handle, "Ready")
        await end_of(temporal_client, await ask(handle, "restore_snapshot", WORD))
        await until_status(handle, lambda status: status.phase == "Ready" and status.restored)
        await handle.signal("submit", revision("b"))
        await until(handle, "Refused", "b")
        await handle.execute_update("destroy", Word(commit=revision("b").commit))
        await until(handle, "Destroyed", "b")
        assert "destroys it, as was confirmed" in await refused(handle, "restore_snapshot", WORD)
        await handle.signal("submit", revision("c"))
        await until(handle, "Ready", "c")
    assert not herd.contexts[-1].initialised_before
