"""Changes of so many machines that one history cannot hold them."""

import asyncio

import pytest
from temporalio.client import Client
from tests.unit.workflows.herd import Herd
from tests.unit.workflows.plans import NOTHING, WORKER, only_workers, operation, upgrade
from tests.unit.workflows.running import change_of, cluster, runs_of, say, until

from trailboss.model.plan import Stage
from trailboss.workflows.stages import groups

pytestmark = pytest.mark.slow


async def until_runs(client: Client, change_id: str, count: int) -> None:
    """Wait until so many runs are found; they are, a moment after they began."""
    async with asyncio.timeout(20):
        while await runs_of(client, change_id) < count:
            await asyncio.sleep(0.1)


async def test_between_stages_a_change_begins_anew_and_loses_nothing(short_histories: Client) -> None:
    herd = Herd([upgrade(3), NOTHING], hold={"cp-1 etcd-snapshot"}, sees=True)
    async with cluster(short_histories, herd) as handle:
        await herd.until_called("cp-1 etcd-snapshot")
        change = await change_of(short_histories, handle)
        await say(handle, "skip_machine", "worker-2")
        herd.release()
        status = await until(handle, "Incomplete")
        await until_runs(short_histories, change.id, 2)
    assert len(herd.calls) == len({*herd.calls}) + herd.calls.count("plan") - 1
    assert herd.of("worker-2") == ["staged-binaries"]
    assert herd.of("worker-3") == ["staged-binaries", *WORKER]
    assert status.last_result
    (problem,) = status.last_result.problems
    assert problem.startswith("upgrade worker-2 ended: skipped by me@here")


async def test_what_it_counts_goes_on(short_histories: Client) -> None:
    herd = Herd([upgrade(2), NOTHING], sees=True)
    async with cluster(short_histories, herd) as handle:
        await herd.until_called("plan")
        change = await change_of(short_histories, handle)
        status = await until(handle, "Ready")
        await until_runs(short_histories, change.id, 2)
    assert status.last_result
    assert status.last_result.summary == "9 operations carried out"


async def test_after_a_failure_it_does_not_begin_anew_and_forget_it(short_histories: Client) -> None:
    plan = only_workers(8, parallel=8, failure_budget=1)
    after = Stage(name="settle", parallel=16, operations=(operation("cp-1", "settle", "labels-and-taints"),))
    herd = Herd([plan.model_copy(update={"stages": (*plan.stages, after)})], fail={"worker-1 drain"}, sees=True)
    async with cluster(short_histories, herd) as handle:
        status = await until(handle, "Failed")
    assert herd.of("worker-1").count("drain") == 1
    assert herd.calls[-1] == "cp-1 labels-and-taints"
    assert status.last_result
    assert len(status.last_result.problems) == 1


async def test_a_stage_of_very_many_is_run_in_groups(temporal_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "MOST", 3)
    herd = Herd([only_workers(7, parallel=7), NOTHING], seconds=0.05)
    async with cluster(temporal_client, herd) as handle:
        await until(handle, "Ready")
    assert all(herd.of(f"worker-{number}") == list(WORKER) for number in range(1, 8))
    assert herd.most_at_once("drain", "node-ready") == 3
    ended = max(run.ended for run in herd.runs if run.words[:8] in {"worker-1", "worker-2", "worker-3"})
    assert ended <= min(run.began for run in herd.runs if run.words[:8] not in {"worker-1", "worker-2", "worker-3"})


async def test_failures_count_over_all_groups(temporal_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "MOST", 2)
    herd = Herd([only_workers(6, failure_budget=1)], fail={"worker-1 drain", "worker-3 drain"})
    async with cluster(temporal_client, herd) as handle:
        await until(handle, "Failed")
    assert herd.of("worker-2") == list(WORKER)
    assert [herd.of(f"worker-{number}") for number in (4, 5, 6)] == [[], [], []]
