import asyncio

from temporalio.client import Client
from tests.unit.workflows.herd import Herd
from tests.unit.workflows.plans import NOTHING, new_cluster, refused, revision
from tests.unit.workflows.running import cluster, until

from trailboss.workflows.cluster import ClusterWorkflow


async def test_control_planes_come_one_at_a_time_and_before_workers(temporal_client: Client) -> None:
    herd = Herd([new_cluster("worker-1")])
    async with cluster(temporal_client, herd) as handle:
        status = await until(handle, "Ready")
    assert herd.calls[0] == "plan"
    assert [
        call for call in herd.calls if call.split()[1:] in (["kubeadm-init"], ["kubeadm-join"], ["etcd-member"])
    ] == [
        "cp-1 kubeadm-init",
        "cp-2 kubeadm-join",
        "cp-2 etcd-member",
        "cp-3 kubeadm-join",
        "cp-3 etcd-member",
        "worker-1 kubeadm-join",
    ]
    assert status.applied == revision("a")
    assert status.kubernetes_version == "1.34.4"


async def test_nothing_to_do_says_so_and_touches_no_machine(temporal_client: Client) -> None:
    herd = Herd([NOTHING])
    async with cluster(temporal_client, herd) as handle:
        status = await until(handle, "Ready")
    assert status.last_result is not None
    assert status.last_result.outcome == "nothing-to-do"
    assert herd.calls == ["plan"]


async def test_the_same_digest_again_starts_nothing(temporal_client: Client) -> None:
    herd = Herd([NOTHING])
    async with cluster(temporal_client, herd) as handle:
        await until(handle, "Ready")
        again = revision("a").model_copy(update={"commit": "f" * 40})
        await handle.signal(ClusterWorkflow.submit, again)
        status = await handle.query(ClusterWorkflow.status)
    assert herd.calls == ["plan"]
    assert status.desired == revision("a")


async def test_pause_holds_between_machines_and_resume_goes_on(temporal_client: Client) -> None:
    herd = Herd([new_cluster("worker-1")], hold={"cp-2 kubeadm-join"})
    async with cluster(temporal_client, herd) as handle:
        await herd.until_called("cp-2 kubeadm-join")
        await handle.signal("pause")
        herd.release()
        await herd.until_called("cp-2 etcd-member")
        await asyncio.sleep(0.5)
        held = list(herd.calls)
        await handle.signal("resume")
        await until(handle, "Ready")
    assert "cp-3 kubeadm-join" not in held
    assert "cp-3 kubeadm-join" in herd.calls


async def test_a_newer_revision_stops_the_change_between_machines(temporal_client: Client) -> None:
    herd = Herd([new_cluster("worker-1"), NOTHING], hold={"cp-2 kubeadm-join"})
    async with cluster(temporal_client, herd) as handle:
        await herd.until_called("cp-2 kubeadm-join")
        await handle.signal(ClusterWorkflow.submit, revision("b"))
        herd.release()
        status = await until(handle, "Ready", "b")
    assert "cp-2 etcd-member" in herd.calls
    assert "cp-3 kubeadm-join" not in herd.calls
    assert status.applied == revision("b")


async def test_a_failed_worker_stops_no_other_machine(temporal_client: Client) -> None:
    herd = Herd([new_cluster("worker-1", "worker-2")], fail={"worker-1 kubeadm-join"})
    async with cluster(temporal_client, herd) as handle:
        status = await until(handle, "Failed")
    assert status.last_result is not None
    assert "worker-1: the end of its output" in status.last_result.problems[0]
    assert "worker-2 node-ready" in herd.calls
    assert "worker-1 node-ready" not in herd.calls


async def test_a_failed_control_plane_stops_the_change_and_retry_plans_again(temporal_client: Client) -> None:
    herd = Herd([new_cluster("worker-1")], fail={"cp-2 kubeadm-join"})
    async with cluster(temporal_client, herd) as handle:
        await until(handle, "Failed")
        assert "cp-3 kubeadm-join" not in herd.calls
        assert "worker-1 kubeadm-join" not in herd.calls
        herd.fail.clear()
        await handle.signal("retry")
        await until(handle, "Ready")
    assert herd.calls.count("plan") == 2


async def test_a_refused_plan_changes_nothing_and_gives_the_remedy(temporal_client: Client) -> None:
    herd = Herd([refused(temporary=False)])
    async with cluster(temporal_client, herd) as handle:
        status = await until(handle, "Refused")
    assert status.last_result is not None
    assert status.last_result.problems == ("cp-2 cannot be looked at. Bring it back.",)
    assert herd.calls == ["plan"]
