"""What a change waits for before it begins: that machines answer, an operator's approval, an open window."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from tests.unit.workflows.herd import Herd
from tests.unit.workflows.plans import NOTHING, WORKER, only_workers, refused, revision, upgrade, upgrade_workers
from tests.unit.workflows.running import change_of, cluster, progress, runs_of, say, until, until_status

from trailboss.model.progress import ClusterStatus
from trailboss.model.rollout import Window
from trailboss.workflows.cluster import ClusterWorkflow

pytestmark = pytest.mark.slow

AWAY = refused(temporary=True)
POSTPONED = NOTHING.model_copy(update={"postponed": ("worker-9",)})


def waits(status: ClusterStatus) -> bool:
    return status.phase == "Waiting"


def window(hours: int) -> Window:
    """Return one that opens in so many hours, for one."""
    opens = datetime.now(UTC) + timedelta(hours=hours)
    return Window(start=f"{opens:%H:%M}", duration=timedelta(hours=1))


async def test_what_may_pass_by_itself_is_waited_for(skipping: WorkflowEnvironment) -> None:
    herd = Herd([AWAY, AWAY, only_workers(1), NOTHING])
    async with cluster(skipping.client, herd) as handle:
        status = await until(handle, "Ready")
    assert herd.calls[:3] == ["plan"] * 3
    assert status.last_result
    assert status.last_result.outcome == "done"


async def test_while_it_is_waited_for_that_is_said_and_retry_does_not_wait_on(temporal_client: Client) -> None:
    herd = Herd([AWAY])
    async with cluster(temporal_client, herd) as handle:
        status = await until_status(handle, waits)
        assert status.message == "Waiting until this is over: cp-2 cannot be looked at."
        herd.plans = [NOTHING]
        await say(handle, "retry")
        async with asyncio.timeout(4):  # the first pause is longer
            await until(handle, "Ready")


async def test_between_hops_too(skipping: WorkflowEnvironment) -> None:
    first = upgrade(1, "1.33.9", later_versions=("1.34.4",))
    herd = Herd([first, AWAY, upgrade(1), NOTHING], sees=True)
    async with cluster(skipping.client, herd) as handle:
        status = await until(handle, "Ready")
    assert herd.of("worker-1").count("kubelet") == 2
    assert status.kubernetes_version == "1.34.4"


async def test_an_abort_or_a_newer_revision_ends_the_wait(temporal_client: Client) -> None:
    herd = Herd([AWAY])
    async with cluster(temporal_client, herd) as handle:
        await until_status(handle, waits)
        await handle.signal(ClusterWorkflow.submit, revision("b"))
        await until_status(handle, lambda status: waits(status) and status.last_result is not None)
        await handle.signal("abort")
        status = await until(handle, "Aborted", "b")
    assert status.last_result
    assert status.last_result.outcome == "aborted"


async def test_a_permanent_refusal_among_them_ends_the_change(temporal_client: Client) -> None:
    mixed = AWAY.model_copy(update={"refusals": (*AWAY.refusals, *refused(temporary=False).refusals)})
    herd = Herd([mixed])
    async with cluster(temporal_client, herd) as handle:
        await until(handle, "Refused")
    assert herd.calls == ["plan"]


async def test_machines_that_were_away_are_taken_up_once_they_answer(skipping: WorkflowEnvironment) -> None:
    first = only_workers(1).model_copy(update={"postponed": ("worker-2",)})
    herd = Herd([first, POSTPONED, POSTPONED, only_workers(2), NOTHING])
    async with cluster(skipping.client, herd) as handle:
        await until(handle, "Ready")
    assert herd.of("worker-2") == list(WORKER)


async def test_an_operator_need_not_wait_for_a_machine_that_is_away(temporal_client: Client) -> None:
    herd = Herd([POSTPONED])
    async with cluster(temporal_client, herd) as handle:
        assert "Waiting for worker-9 to answer" in (await until_status(handle, waits)).message
        await say(handle, "skip_machine", "worker-9", "it is gone")
        status = await until(handle, "Incomplete")
    assert status.last_result
    assert status.last_result.problems[0].startswith("worker-9 does not answer: skipped by me@here (it is gone)")


async def test_a_long_wait_begins_a_new_history_and_loses_nothing(skipping: WorkflowEnvironment) -> None:
    first = upgrade(1, "1.33.9", later_versions=("1.34.4",))
    herd = Herd([first, *[AWAY] * 12, upgrade(1), NOTHING], sees=True)
    async with cluster(skipping.client, herd) as handle:
        await herd.until_called("plan")
        change = await change_of(skipping.client, handle)
        status = await until(handle, "Ready")
        assert await runs_of(skipping.client, change.id) > 1
    assert status.last_result
    assert status.last_result.summary == "14 operations carried out"


async def test_approval_is_asked_for_before_machines_leave_service(temporal_client: Client) -> None:
    plan = upgrade(1, approval=True)
    herd = Herd([plan, plan, NOTHING])
    async with cluster(temporal_client, herd) as handle:
        status = await until_status(handle, lambda status: bool(status.report and status.report.awaits_approval))
        assert status.phase == "Held"
        assert status.message == (
            "Waiting for approval: upgrade control planes (cp-1, cp-2); upgrade workers (worker-1),"
            " to Kubernetes 1.34.4"
        )
        assert herd.calls[-1] == "cp-1 etcd-snapshot"
        await say(handle, "approve")
        await until(handle, "Ready")
    # What was seen before is old by then: it plans again, and asks no second time.
    assert herd.calls.count("plan") == 3
    assert herd.of("worker-1")[-len(WORKER) :] == list(WORKER)


async def test_an_approval_lasts_for_every_hop(temporal_client: Client) -> None:
    first = upgrade(1, "1.33.9", later_versions=("1.34.4",), approval=True)
    herd = Herd([first, first, upgrade(1, approval=True), NOTHING])
    async with cluster(temporal_client, herd) as handle:
        await until_status(handle, lambda status: bool(status.report and status.report.awaits_approval))
        await handle.signal("approve")
        await until(handle, "Ready")
    assert herd.of("worker-1").count("kubelet") == 2


async def test_a_window_is_waited_for(skipping: WorkflowEnvironment) -> None:
    plan = upgrade(1, windows=(window(3),))
    herd = Herd([plan, plan, NOTHING])
    async with cluster(skipping.client, herd) as handle:
        await herd.until_called("plan")
        change = await change_of(skipping.client, handle)
        await until(handle, "Ready")
        took = await skipping.get_current_time(change) - datetime.now(UTC)
    assert herd.calls.count("plan") == 3
    assert abs(took - timedelta(hours=3)) < timedelta(minutes=2)


async def test_while_it_waits_for_a_window_that_is_said(temporal_client: Client) -> None:
    herd = Herd([upgrade(1, windows=(window(6),))])
    async with cluster(temporal_client, herd) as handle:
        status = await until_status(handle, waits)
        assert status.message.startswith("Waiting for the next window, which opens ")
        assert (await progress(temporal_client, handle)).stage == "snapshot"
        await say(handle, "abort")
        await until(handle, "Aborted")
    assert herd.of("worker-1") == ["staged-binaries"]


async def test_workers_wait_for_the_next_window_once_one_has_closed(skipping: WorkflowEnvironment) -> None:
    windows = (window(3),)
    first = upgrade(2, windows=windows)
    rest = NOTHING.model_copy(update={"windows": windows, "stages": (upgrade_workers("worker-2"),)})
    # open for the change and for worker-1, closed for worker-2; then it plans anew, waits, plans anew and goes on
    herd = Herd([first, rest, rest, NOTHING], openings=[0, 0, 3600, 3600, 0, 0, 0])
    async with cluster(skipping.client, herd) as handle:
        status = await until(handle, "Ready")
    assert herd.of("cp-2").count("kubelet") == 1
    closed = [index for index, call in enumerate(herd.calls) if call == "plan"]
    assert herd.calls[closed[1] :] == ["plan", "plan", *[f"worker-2 {step}" for step in WORKER], "plan"]
    assert status.last_result
    assert status.last_result.outcome == "done"


async def test_a_skip_said_while_approval_is_awaited_holds_for_the_plan_that_follows(temporal_client: Client) -> None:
    plan = only_workers(2).model_copy(update={"approval": True})
    herd = Herd([plan, plan, NOTHING])
    async with cluster(temporal_client, herd) as handle:
        await until_status(handle, lambda status: bool(status.report and status.report.awaits_approval))
        await say(handle, "skip_machine", "worker-1")
        await say(handle, "approve")
        await until(handle, "Incomplete")
    assert herd.of("worker-1") == []
    assert herd.of("worker-2") == list(WORKER)


async def test_one_wait_after_the_other_is_told(temporal_client: Client) -> None:
    herd = Herd([AWAY, only_workers(1).model_copy(update={"windows": (window(6),)})])
    async with cluster(temporal_client, herd) as handle:
        await until_status(handle, lambda status: "cp-2 cannot be looked at" in status.message)
        await say(handle, "retry")
        await until_status(handle, lambda status: status.message.startswith("Waiting for the next window"))
