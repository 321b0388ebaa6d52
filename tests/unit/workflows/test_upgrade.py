"""The procedure: order, batches, soak, budget, hop after hop."""

import pytest
from temporalio.client import Client
from tests.unit.workflows.herd import Herd
from tests.unit.workflows.plans import (
    APPLY,
    NODE,
    NOTHING,
    RESTART,
    WORKER,
    new_cluster,
    only_workers,
    operation,
    refused,
    revision,
    upgrade,
)
from tests.unit.workflows.running import cluster, until

from trailboss.model.plan import Stage
from trailboss.workflows.changes.planning import MOST_PLANS

pytestmark = pytest.mark.slow

DRAINED = ("drain", "node-ready")
GONE = Stage(
    name="remove machines",
    parallel=1,
    disrupts=True,
    operations=(operation("worker-9", "remove", "drain", "node-delete", "host-reset"),),
)


async def test_snapshot_then_control_planes_one_at_a_time_then_workers(temporal_client: Client) -> None:
    herd = Herd([upgrade(), NOTHING])
    async with cluster(temporal_client, herd) as handle:
        status = await until(handle, "Ready")
    staged = {f"{machine} staged-binaries" for machine in ("cp-1", "cp-2", "worker-1", "worker-2")}
    assert set(herd.calls[1:5]) == staged
    assert herd.calls[5:] == [
        "cp-1 etcd-snapshot",
        *[f"cp-1 {step}" for step in (*APPLY, *RESTART, "etcd-member")],
        *[f"cp-2 {step}" for step in (*NODE, *RESTART, "etcd-member")],
        *[f"worker-1 {step}" for step in WORKER],
        *[f"worker-2 {step}" for step in WORKER],
        "plan",
    ]
    assert status.last_result
    assert status.last_result.outcome == "done"


@pytest.mark.parametrize("parallel", [1, 3])
async def test_batches_are_never_larger_than_they_may_be(temporal_client: Client, parallel: int) -> None:
    herd = Herd([only_workers(4, parallel=parallel), NOTHING], seconds=0.05)
    async with cluster(temporal_client, herd) as handle:
        await until(handle, "Ready")
    assert herd.most_at_once(*DRAINED) == parallel
    assert all(herd.of(f"worker-{number}") == list(WORKER) for number in range(1, 5))


async def test_the_first_worker_goes_alone(temporal_client: Client) -> None:
    herd = Herd([only_workers(3, parallel=3, first_alone=True), NOTHING], seconds=0.05)
    async with cluster(temporal_client, herd) as handle:
        await until(handle, "Ready")
    first = max(run.ended for run in herd.runs if run.words == "worker-1 node-ready")
    others = [run.began for run in herd.runs if not run.words.startswith("worker-1")]
    assert first <= min(others)
    assert herd.most_at_once(*DRAINED) == 2


async def test_the_second_goes_alone_too_if_the_first_failed(temporal_client: Client) -> None:
    plan = only_workers(4, parallel=3, first_alone=True, failure_budget=1)
    herd = Herd([plan], fail={"worker-1 drain"}, seconds=0.05)
    async with cluster(temporal_client, herd) as handle:
        await until(handle, "Failed")
    second = max(run.ended for run in herd.runs if run.words == "worker-2 node-ready")
    assert all(run.began >= second for run in herd.runs if run.words[:8] in {"worker-3", "worker-4"})


async def test_a_budget_that_is_spent_stops_later_stages_too(temporal_client: Client) -> None:
    plan = only_workers(1)
    herd = Herd([plan.model_copy(update={"stages": (*plan.stages, GONE)})], fail={"worker-1 drain"})
    async with cluster(temporal_client, herd) as handle:
        await until(handle, "Failed")
    assert herd.of("worker-9") == []
    assert herd.of("worker-1") == ["drain", "uncordon"]


async def test_a_machine_whose_node_is_deleted_is_not_given_back(temporal_client: Client) -> None:
    herd = Herd([NOTHING.model_copy(update={"stages": (GONE,)})], fail={"worker-9 host-reset"})
    async with cluster(temporal_client, herd) as handle:
        status = await until(handle, "Failed")
    assert herd.of("worker-9") == ["drain", "node-delete", "host-reset"]
    assert status.last_result
    assert "the node of worker-9 is deleted already" in status.last_result.problems[0]


async def test_a_worker_has_to_stay_ready_before_the_next_one(temporal_client: Client) -> None:
    herd = Herd([only_workers(2, soak_seconds=1), NOTHING])
    async with cluster(temporal_client, herd) as handle:
        await until(handle, "Ready")
    assert herd.of("worker-1") == [*WORKER, "node-ready"]
    began = {run.words: run.began for run in reversed(herd.runs)}
    ended = {run.words: run.ended for run in reversed(herd.runs)}
    assert began["worker-2 drain"] - ended["worker-1 node-ready"] >= 1


async def test_more_failures_than_the_budget_stop_the_change(temporal_client: Client) -> None:
    herd = Herd([only_workers(4, failure_budget=1)], fail={f"worker-{n} kubeadm-binary" for n in (1, 2)})
    async with cluster(temporal_client, herd) as handle:
        status = await until(handle, "Failed")
    assert herd.of("worker-3") == []
    assert status.last_result
    assert len(status.last_result.problems) == 2
    assert "worker-1, worker-2 failed, and the failure budget is 1" in status.last_result.summary
    assert herd.calls.count("plan") == 1


async def test_failures_within_the_budget_stop_nothing_but_no_further_hop_begins(temporal_client: Client) -> None:
    plan = only_workers(3, failure_budget=1).model_copy(update={"later_versions": ("1.35.0",)})
    herd = Herd([plan], fail={"worker-1 kubeadm-binary"})
    async with cluster(temporal_client, herd) as handle:
        status = await until(handle, "Failed")
    assert herd.of("worker-3") == list(WORKER)
    assert status.last_result
    assert len(status.last_result.problems) == 1
    assert herd.calls.count("plan") == 1


async def test_a_failed_control_plane_stops_everything(temporal_client: Client) -> None:
    herd = Herd([upgrade()], fail={"cp-1 kubeadm-upgrade-apply"})
    async with cluster(temporal_client, herd) as handle:
        status = await until(handle, "Failed")
    assert herd.of("cp-2") == ["staged-binaries"]
    assert herd.of("worker-1") == ["staged-binaries"]
    assert status.last_result
    (problem,) = status.last_result.problems
    assert problem.startswith("upgrade cp-1 failed at kubeadm-upgrade-apply: cp-1: the end of its output\n")
    assert "was not taken out of service" in problem
    assert f"`trailboss retry {status.name}`" in problem


async def test_hop_after_hop_each_step_at_its_own_version(temporal_client: Client) -> None:
    first = upgrade(1, "1.33.9", later_versions=("1.34.4",))
    herd = Herd([first, upgrade(1, "1.34.4"), NOTHING])
    async with cluster(temporal_client, herd) as handle:
        status = await until(handle, "Ready")
    assert [run.version for run in herd.runs if run.words == "worker-1 kubelet"] == ["1.33.9", "1.34.4"]
    assert {run.version for run in herd.runs} == {"1.33.9", "1.34.4"}
    assert (status.kubernetes_version, herd.calls.count("plan")) == ("1.34.4", 3)
    assert status.last_result
    assert status.last_result.summary == "14 operations carried out"


async def test_plans_that_never_help_come_to_an_end(temporal_client: Client) -> None:
    stage = Stage(name="workers", parallel=1, disrupts=True, operations=(operation("worker-1", "upgrade", "uncordon"),))
    herd = Herd([NOTHING.model_copy(update={"stages": (stage,)})])
    async with cluster(temporal_client, herd) as handle:
        status = await until(handle, "Failed")
    assert herd.calls.count("worker-1 uncordon") == MOST_PLANS
    assert status.last_result
    assert "there is still something to do" in status.last_result.summary


async def test_a_refusal_after_a_hop_does_not_say_that_nothing_was_changed(temporal_client: Client) -> None:
    herd = Herd([upgrade(1, "1.33.9", later_versions=("1.34.4",)), refused(temporary=False)])
    async with cluster(temporal_client, herd) as handle:
        status = await until(handle, "Refused")
    assert status.last_result
    assert "what was done before stands" in status.last_result.summary


async def test_the_next_change_knows_what_was_applied(temporal_client: Client) -> None:
    herd = Herd([new_cluster(), NOTHING])
    async with cluster(temporal_client, herd) as handle:
        await until(handle, "Ready")
        await handle.signal("submit", revision("b"))
        await until(handle, "Ready", "b")
    assert [context.applied for context in herd.contexts] == [None, revision("a")]
    assert [context.initialised_before for context in herd.contexts] == [False, True]
