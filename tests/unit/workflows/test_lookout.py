"""Days pass without a push: a cluster that is Ready is looked at each day, and what has come due is carried out."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import Client, WorkflowExecution
from temporalio.common import SearchAttributeKey
from temporalio.testing import WorkflowEnvironment
from tests.unit.workflows.herd import Herd
from tests.unit.workflows.plans import NOTHING, only_workers, operation, revision
from tests.unit.workflows.running import Handle, cluster, until, until_status

from trailboss.model import names
from trailboss.model.addons import AddonPlan
from trailboss.model.plan import Plan, Stage
from trailboss.workflows.cluster import ClusterWorkflow

pytestmark = pytest.mark.slow

GONE = ("prepare w-1: containerd is missing",)
DUE = ("cp-1: pki/apiserver.crt ends on 2026-12-20, in 25 days",)
RENEWAL = Stage(
    name="renew certificates",
    parallel=1,
    disrupts=True,
    operations=(operation("cp-1", "renew", "etcd-gate", "renew-certificates", "etcd-member"),),
)


def renewal(**more: object) -> Plan:
    return NOTHING.model_copy(update={"stages": (RENEWAL,), **more})


async def days(skipping: WorkflowEnvironment, handle: Handle, least: int) -> None:
    """Wait until so many days have passed for the cluster."""
    begun = datetime.now(UTC)
    async with asyncio.timeout(30):
        while await skipping.get_current_time(handle) - begun < timedelta(days=least):
            await asyncio.sleep(0.1)


async def test_what_comes_due_is_carried_out_by_itself_and_once(skipping: WorkflowEnvironment) -> None:
    herd = Herd([NOTHING, renewal(), NOTHING], due=[(), (), DUE])
    async with cluster(skipping.client, herd) as handle:
        await herd.until_called("cp-1 renew-certificates")
        status = await until_status(handle, lambda status: status.phase == "Ready" and not herd.due)
        await days(skipping, handle, 6)
    assert herd.of("cp-1") == ["etcd-gate", "renew-certificates", "etcd-member"]
    assert herd.calls.count("plan") == 3  # one more has seen that it is done
    assert len(herd.looks) >= 5
    assert {look.revision for look in herd.looks} == {revision("a")}
    assert status.applied == revision("a")


async def test_one_look_a_day_and_no_more(skipping: WorkflowEnvironment) -> None:
    herd = Herd([NOTHING])
    async with cluster(skipping.client, herd) as handle:
        await days(skipping, handle, 5)
        passed = await skipping.get_current_time(handle) - datetime.now(UTC)
        assert len(herd.looks) <= passed.days + 1


async def test_a_change_that_has_failed_is_not_begun_again_by_the_clock(skipping: WorkflowEnvironment) -> None:
    herd = Herd([only_workers(1)], fail={"worker-1 kubelet"}, due=[DUE])
    async with cluster(skipping.client, herd) as handle:
        await until(handle, "Failed")
        await days(skipping, handle, 4)
    assert (herd.looks, herd.calls.count("plan")) == ([], 1)


async def test_nor_is_anything_done_to_a_cluster_that_is_paused(skipping: WorkflowEnvironment) -> None:
    herd = Herd([NOTHING])
    async with cluster(skipping.client, herd) as handle:
        await until(handle, "Ready")
        await handle.signal("pause")
        await until_status(handle, lambda status: status.paused)
        looks = len(herd.looks)
        herd.due = [DUE]
        await days(skipping, handle, 4)
        assert len(herd.looks) <= looks + 1  # one may have been under way
    assert herd.calls.count("plan") == 1


async def test_a_push_does_not_wait_for_the_day_to_end(temporal_client: Client) -> None:
    herd = Herd([NOTHING])
    async with cluster(temporal_client, herd) as handle:
        await until(handle, "Ready")
        await handle.signal(ClusterWorkflow.submit, revision("b"))
        await until(handle, "Ready", "b")
    assert herd.looks == []


async def test_drift_is_shown_and_goes_with_the_next_change_and_nothing_is_done_about_it(
    skipping: WorkflowEnvironment,
) -> None:
    herd = Herd([NOTHING], drift=GONE)
    async with cluster(skipping.client, herd) as handle:
        status = await until_status(handle, lambda status: status.drift == GONE)
        assert (status.phase, status.drifts, herd.calls.count("plan")) == ("Ready", "found", 1)
        assert drift_attribute(await handle.describe()) == "found"
        page = (await handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)).current_details
        assert f"- {GONE[0]}" in page
        assert f"- **Put it right:** `trailboss retry {handle.id.removeprefix('cluster/')}`" in page
        herd.drift = None  # a look that could not find out
        looks = len(herd.looks)
        await days(skipping, handle, 3)
        assert len(herd.looks) > looks
        assert (await handle.query(ClusterWorkflow.status)).drift == GONE
        await handle.signal("retry")
        await until_status(handle, lambda status: status.drifts == "none")
        assert drift_attribute(await handle.describe()) == "none"
    assert herd.calls.count("plan") == 2


async def test_drift_that_is_gone_is_told_no_more(skipping: WorkflowEnvironment) -> None:
    herd = Herd([NOTHING], drift=GONE)
    async with cluster(skipping.client, herd) as handle:
        await until_status(handle, lambda status: status.drift == GONE)
        herd.drift = ()
        await until_status(handle, lambda status: status.drifts == "none")
    assert herd.calls.count("plan") == 1


def drift_attribute(described: WorkflowExecution) -> str | None:
    return described.typed_search_attributes.get(SearchAttributeKey.for_keyword(names.ATTRIBUTE_DRIFT))


async def test_an_addon_that_failed_is_tried_again(skipping: WorkflowEnvironment) -> None:
    web = NOTHING.model_copy(update={"addons": (AddonPlan(name="web", operation="apply", reason="it is not there"),)})
    herd = Herd([web, web, NOTHING], fail={"apply addon web"})
    async with cluster(skipping.client, herd) as handle:
        await herd.until_called("apply addon web")
        herd.fail.clear()
        status = await until_status(handle, lambda status: any(one.state == "done" for one in status.addons))
        assert herd.calls.count("apply addon web") == 2
        await days(skipping, handle, 4)
    assert herd.calls.count("plan") == 2
    assert status.applied == revision("a")
