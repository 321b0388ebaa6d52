"""Addons within a change: their order, what a failed one stops and what it does not, what a stop does."""

import pytest
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import Client
from tests.unit.workflows.herd import Herd
from tests.unit.workflows.plans import NOTHING, new_cluster, revision
from tests.unit.workflows.running import cluster, progress, until, until_status

from trailboss.model.addons import AddonPlan
from trailboss.model.plan import Plan
from trailboss.workflows.cluster import ClusterWorkflow

pytestmark = pytest.mark.slow


def addon(name: str, *depends_on: str, **more: object) -> AddonPlan:
    given = {"name": name, "operation": "apply", "reason": "it is not applied yet", "depends_on": depends_on, **more}
    return AddonPlan.model_validate(given)


def only(*addons: AddonPlan) -> Plan:
    return NOTHING.model_copy(update={"addons": addons})


async def test_they_come_after_the_nodes_are_ready_and_in_the_plans_order(temporal_client: Client) -> None:
    plan = new_cluster("worker-1").model_copy(update={"addons": (addon("b"), addon("a"))})
    herd = Herd([plan])
    async with cluster(temporal_client, herd) as handle:
        status = await until(handle, "Ready")
        found = await handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    assert "\n\nAddons:\n\n- ✅ apply addon **b** — 3 objects applied\n" in f"\n{found.current_details}\n"
    assert herd.calls[-2:] == ["apply addon b", "apply addon a"]
    assert "apply addon b" not in herd.calls[:-2]
    assert [(one.name, one.state, one.summary) for one in status.addons] == [
        ("b", "done", "3 objects applied"),
        ("a", "done", "3 objects applied"),
    ]


async def test_what_brings_the_network_comes_before_nodes_are_waited_for(temporal_client: Client) -> None:
    addons = (addon("first"), addon("base"), addon("cni", "base", network=True))
    herd = Herd([new_cluster("worker-1").model_copy(update={"addons": addons})])
    async with cluster(temporal_client, herd) as handle:
        await until(handle, "Ready")
    calls = [call for call in herd.calls if "addon" in call or "node-ready" in call or "kubeadm-join" in call]
    assert calls[:5] == [
        "cp-2 kubeadm-join",
        "cp-3 kubeadm-join",
        "worker-1 kubeadm-join",
        "apply addon base",
        "apply addon cni",
    ]
    assert calls[-1] == "apply addon first"


async def test_one_that_fails_stops_what_depends_on_it_and_nothing_else(temporal_client: Client) -> None:
    herd = Herd([only(addon("a"), addon("b", "a"), addon("c", "b"), addon("d"))], fail={"apply addon a"})
    async with cluster(temporal_client, herd) as handle:
        status = await until(handle, "Ready")
    assert herd.calls == ["plan", "apply addon a", "apply addon d"]
    assert status.applied == revision("a")
    assert status.last_result
    assert status.last_result.outcome == "done"
    summary = "machines are as the manifests have them; 1 addon done: d; 1 addon failed: a; 2 addons left out: b, c"
    assert status.last_result.summary == summary
    assert "Deployment web: 0 of 1" in status.last_result.problems[0]
    assert "trailboss retry" in status.last_result.problems[0]
    assert [one.state for one in status.addons] == ["failed", "skipped", "skipped", "done"]


async def test_it_does_not_stop_later_changes_and_is_tried_again_by_them(temporal_client: Client) -> None:
    herd = Herd([only(addon("a")), only(addon("a"))], fail={"apply addon a"})
    async with cluster(temporal_client, herd) as handle:
        await until(handle, "Ready")
        herd.fail.clear()
        await handle.signal(ClusterWorkflow.submit, revision("b"))
        status = await until(handle, "Ready", "b")
    assert herd.calls.count("apply addon a") == 2
    assert [(one.name, one.state) for one in status.addons] == [("a", "done")]


async def test_one_that_failed_is_not_begun_again_by_the_next_plan_of_the_same_change(temporal_client: Client) -> None:
    away = only(addon("a")).model_copy(update={"postponed": ("worker-1",)})
    herd = Herd([away, only(addon("a"))], fail={"apply addon a"})
    async with cluster(temporal_client, herd) as handle:
        await until(handle, "Ready")
    assert herd.calls == ["plan", "apply addon a", "plan"]


async def test_a_failed_machine_keeps_addons_back(temporal_client: Client) -> None:
    plan = new_cluster("worker-1").model_copy(update={"addons": (addon("a"),)})
    herd = Herd([plan], fail={"worker-1 kubeadm-join"})
    async with cluster(temporal_client, herd) as handle:
        await until(handle, "Failed")
    assert "apply addon a" not in herd.calls


async def test_one_that_is_taken_away_is_told_of_no_more(temporal_client: Client) -> None:
    without = only(addon("b", operation="remove")).model_copy(update={"addons_kept": ("a",)})
    herd = Herd([only(addon("a"), addon("b")), without])
    async with cluster(temporal_client, herd) as handle:
        await until(handle, "Ready")
        await handle.signal(ClusterWorkflow.submit, revision("b"))
        status = await until(handle, "Ready", "b")
    assert herd.calls[-1] == "remove addon b"
    assert [one.name for one in status.addons] == ["a"]


async def test_one_that_was_left_out_and_is_in_no_manifest_any_more_is_told_of_no_more(temporal_client: Client) -> None:
    without = only(addon("a", operation="remove")).model_copy(update={"addons_kept": ("c",)})
    herd = Herd([only(addon("a"), addon("b", "a"), addon("c")), without], fail={"apply addon a"})
    async with cluster(temporal_client, herd) as handle:
        before = await until(handle, "Ready")
        await handle.signal(ClusterWorkflow.submit, revision("b"))
        status = await until(handle, "Ready", "b")
    assert [(one.name, one.state) for one in before.addons] == [("a", "failed"), ("b", "skipped"), ("c", "done")]
    assert status.addons == before.addons[2:]


async def test_a_newer_revision_does_not_wait_for_an_addon(temporal_client: Client) -> None:
    herd = Herd([only(addon("a"), addon("b")), NOTHING], hold={"apply addon a"})
    async with cluster(temporal_client, herd) as handle:
        await herd.until_called("apply addon a")
        assert (await progress(temporal_client, handle)).stage == "addons"
        await handle.signal(ClusterWorkflow.submit, revision("b"))
        status = await until(handle, "Ready", "b")
    assert herd.cancelled == ["apply addon a"]
    assert "apply addon b" not in herd.calls
    assert status.addons == ()


async def test_pause_holds_between_addons(temporal_client: Client) -> None:
    herd = Herd([only(addon("a"), addon("b"))], hold={"apply addon a"})
    async with cluster(temporal_client, herd) as handle:
        await herd.until_called("apply addon a")
        await handle.signal("pause")
        await until_status(handle, lambda status: status.paused)
        herd.release()
        await until_status(handle, lambda status: status.paused and status.report is not None)
        while (await progress(temporal_client, handle)).addons[0].state != "done":
            pass
        assert "apply addon b" not in herd.calls
        await handle.signal("resume")
        await until(handle, "Ready")
    assert herd.calls == ["plan", "apply addon a", "apply addon b"]
