"""Machines that are held, that are skipped, or that fail halfway."""

import asyncio

import pytest
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.testing import WorkflowEnvironment
from tests.unit.workflows.herd import Herd
from tests.unit.workflows.plans import NOTHING, WORKER, only_workers, upgrade
from tests.unit.workflows.running import change_of, cluster, progress, say, until, until_held

pytestmark = pytest.mark.slow


async def test_a_held_machine_uses_no_slot_and_goes_on_forced_once_approved(temporal_client: Client) -> None:
    herd = Herd([only_workers(3), NOTHING], blocked={"worker-1 drain"})
    async with cluster(temporal_client, herd) as handle:
        await herd.until_called("worker-3 node-ready")
        status = await until_held(handle, "worker-1")
        assert herd.of("worker-1") == ["drain"]
        assert status.phase == "Held"
        assert "worker-1 is held at drain: default/web-0: its budget" in status.message
        states = {one.machine: one.state for one in (await progress(temporal_client, handle)).operations}
        assert states["worker-1"] == "held"
        await say(handle, "approve", "worker-1", "the budget is too strict")
        await until(handle, "Ready")
    assert herd.of("worker-1") == ["drain", "drain forced", *WORKER[1:]]


async def test_an_approved_machine_waits_for_a_slot(temporal_client: Client) -> None:
    herd = Herd([only_workers(2), NOTHING], blocked={"worker-1 drain"}, hold={"worker-2 kubelet"})
    async with cluster(temporal_client, herd) as handle:
        await until_held(handle, "worker-1")
        await herd.until_called("worker-2 kubelet")
        await say(handle, "approve", "worker-1")
        await asyncio.sleep(0.5)
        assert "worker-1 drain forced" not in herd.calls
        herd.release()
        await until(handle, "Ready")
    assert herd.calls.index("worker-2 node-ready") < herd.calls.index("worker-1 drain forced")


async def test_a_bare_approve_lets_all_held_machines_go_on(temporal_client: Client) -> None:
    herd = Herd([only_workers(2), NOTHING], blocked={"worker-1 drain", "worker-2 drain"})
    async with cluster(temporal_client, herd) as handle:
        await until_held(handle, "worker-1", "worker-2")
        await handle.signal("approve")
        status = await until(handle, "Ready")
    assert [entry.what for entry in status.audit] == ["approve"]


async def test_a_skipped_machine_is_given_back_and_the_others_go_on(temporal_client: Client) -> None:
    herd = Herd([only_workers(2), only_workers(1)], blocked={"worker-1 drain"})
    async with cluster(temporal_client, herd) as handle:
        await until_held(handle, "worker-1")
        await say(handle, "skip_machine", "worker-1", "it moves next week")
        status = await until(handle, "Incomplete")
    assert herd.of("worker-1") == ["drain", "uncordon"]
    assert herd.of("worker-2") == list(WORKER)
    assert status.last_result
    assert status.applied is None
    (problem,) = status.last_result.problems
    assert "ended at drain: skipped by me@here (it moves next week)" in problem
    assert "worker-1 is back in service" in problem


async def test_a_machine_that_has_not_begun_can_be_skipped(temporal_client: Client) -> None:
    herd = Herd([only_workers(2), NOTHING], hold={"worker-1 kubelet"})
    async with cluster(temporal_client, herd) as handle:
        await herd.until_called("worker-1 kubelet")
        await say(handle, "skip_machine", "worker-2")
        herd.release()
        await until(handle, "Incomplete")
    assert herd.of("worker-2") == []


async def test_a_machine_whose_host_never_answers_can_be_given_up(temporal_client: Client) -> None:
    herd = Herd([only_workers(2), only_workers(1)], hold={"worker-1 kubeadm-upgrade-node"})
    async with cluster(temporal_client, herd) as handle:
        await herd.until_called("worker-1 kubeadm-upgrade-node")
        await say(handle, "skip_machine", "worker-1")
        await until(handle, "Incomplete")
    assert herd.cancelled == ["worker-1 kubeadm-upgrade-node"]
    assert herd.of("worker-1")[2:] == ["kubeadm-upgrade-node", "node-ready", "uncordon"]


async def test_a_machine_that_fails_after_its_drain_is_given_back_if_it_is_well(temporal_client: Client) -> None:
    herd = Herd([only_workers(2)], fail={"worker-1 kubeadm-upgrade-node"})
    async with cluster(temporal_client, herd) as handle:
        status = await until(handle, "Failed")
    assert herd.of("worker-1") == ["drain", "kubeadm-binary", "kubeadm-upgrade-node", "node-ready", "uncordon"]
    assert herd.of("worker-2") == []
    assert status.last_result
    (problem,) = status.last_result.problems
    assert problem == (
        "upgrade worker-1 failed at kubeadm-upgrade-node: worker-1: the end of its output\n"
        "worker-1 is back in service: done; to go on, once the cause is gone:"
        f" `trailboss retry {status.name}`, or push a commit"
    )


async def test_a_machine_that_is_not_well_stays_cordoned_and_that_is_said(skipping: WorkflowEnvironment) -> None:
    herd = Herd([only_workers(1)], fail={"worker-1 kubelet", "worker-1 node-ready"})
    async with cluster(skipping.client, herd) as handle:
        status = await until(handle, "Failed")
    assert herd.of("worker-1")[-2:] == ["kubelet", "node-ready"]
    assert status.last_result
    assert "worker-1 stays cordoned, for its node is not well: " in status.last_result.problems[0]


async def test_words_that_mean_nothing_are_refused(temporal_client: Client) -> None:
    herd = Herd([upgrade(1), NOTHING], hold={"cp-1 etcd-snapshot"})
    async with cluster(temporal_client, herd) as handle:
        await herd.until_called("cp-1 etcd-snapshot")
        change = await change_of(temporal_client, handle)
        for target, update, machine, words in (
            (handle, "approve", "worker-1", "worker-1 is not held; held now: no machine"),
            (handle, "approve", "", "nothing waits for approval now"),
            (handle, "skip_machine", "", "which machine?"),
            (change, "skip_machine", "worker-9", "still to do: cp-1, cp-2, worker-1"),
            (handle, "retry", "", "a change is under way"),
        ):
            with pytest.raises(WorkflowUpdateFailedError) as wrong:
                await say(target, update, machine)
            assert words in str(wrong.value.cause)
        herd.release()
        status = await until(handle, "Ready")
        with pytest.raises(WorkflowUpdateFailedError) as wrong:
            await say(handle, "abort")
    assert "nothing is being changed now" in str(wrong.value.cause)
    assert status.audit == ()
