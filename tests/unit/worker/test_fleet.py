"""Gauges of all clusters and repositories, from a real Temporal's visibility."""

import asyncio
import math
import time
import uuid
from pathlib import Path

from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.service import RPCError, RPCStatusCode
from tests.unit.git.origin import Origin, manifest
from tests.unit.triggers.following import NEVER, following, until
from tests.unit.worker.measured import Measured

from trailboss.model import names
from trailboss.triggers import schedule
from trailboss.worker.metrics import fleet as gauges
from trailboss.worker.metrics.fleet import Fleet
from trailboss.worker.metrics.good_polls import PollAge, last_good_polls


async def _start(client: Client, workflow_type: str, queue: str, **told: str) -> None:
    pairs = [
        SearchAttributePair(SearchAttributeKey.for_keyword(f"Trailboss{name.title()}"), value)
        for name, value in told.items()
    ]
    await client.start_workflow(
        workflow_type,
        id=f"{workflow_type}-{uuid.uuid4()}",
        task_queue=queue,
        search_attributes=TypedSearchAttributes(pairs),
    )


async def test_clusters_changes_and_machines_are_counted_as_temporal_knows_them(temporal_client: Client) -> None:
    queue, measured = f"queue-{uuid.uuid4()}", Measured()
    fleet = Fleet(temporal_client, measured.meter, queue)
    for phase in ("Ready", "Ready", "Failed"):
        await _start(temporal_client, names.CLUSTER_WORKFLOW, queue, phase=phase, version="1.34.4")
    await _start(temporal_client, names.CLUSTER_WORKFLOW, queue, phase="Pending")
    await _start(temporal_client, names.CLUSTER_WORKFLOW, f"another-{queue}", phase="Ready", version="1.34.4")
    await _start(temporal_client, names.CHANGE_WORKFLOW, queue)
    await _start(temporal_client, names.MACHINE_WORKFLOW, queue, problem="w-1 does not answer")
    await _start(temporal_client, names.MACHINE_WORKFLOW, queue)

    async def all_seen() -> bool:
        await fleet.observe()
        return sum(measured.values(gauges.CLUSTERS, "phase").values()) == 4 and measured.values(
            gauges.MACHINES_WAITING
        ) == {(): 1}

    await until(all_seen)
    assert measured.values(gauges.CLUSTERS, "phase", "version", "drift") == {
        ("Ready", "1.34.4", "unknown"): 2,
        ("Failed", "1.34.4", "unknown"): 1,
        ("Pending", "unknown", "unknown"): 1,
    }
    assert measured.values(gauges.CHANGES_RUNNING) == {(): 1}
    [began] = measured.values(gauges.OLDEST_CHANGE).values()
    assert 0 <= time.time() - began < 60
    assert measured.values(gauges.MACHINES_WAITING, "task_queue") == {(queue,): 1}


async def test_what_is_gone_is_shown_as_none_and_what_cannot_be_known_as_unknown(temporal_client: Client) -> None:
    queue, measured = f"queue-{uuid.uuid4()}", Measured()
    fleet = Fleet(temporal_client, measured.meter, queue)
    handle = await temporal_client.start_workflow(names.CHANGE_WORKFLOW, id=queue, task_queue=queue)

    async def running(number: int) -> bool:
        await fleet.observe()
        return measured.values(gauges.CHANGES_RUNNING) == {(): number}

    await until(lambda: running(1))
    await handle.terminate()
    await until(lambda: running(0))
    assert measured.values(gauges.OLDEST_CHANGE) == {(): 0}
    [observed] = measured.values(gauges.OBSERVED).values()

    async def refused() -> None:
        raise RPCError("busy", RPCStatusCode.UNAVAILABLE, b"")

    fleet._ask = refused  # type: ignore[method-assign]
    await fleet.observe()
    [unknown] = measured.values(gauges.CHANGES_RUNNING).values()
    assert math.isnan(unknown)
    assert list(measured.values(gauges.OBSERVED).values()) == [observed]


async def test_a_poll_counts_only_if_it_found_no_problem(temporal_client: Client, tmp_path: Path) -> None:
    async with following(temporal_client, tmp_path / "cache") as here:
        origin = Origin(tmp_path / "origin")
        name = here.name("fleet")
        here.cluster("fleet")
        origin.push({f"clusters/{name}/cluster.yaml": manifest(name)})
        await here.add(origin.repository(name=name, interval_seconds=NEVER))
        added = time.time()
        assert (await schedule.poll_now(temporal_client, name)).problem == ""
        good = await until(lambda: _since(temporal_client, name, added))
        assert good <= time.time()
        origin.delete_branch()
        await asyncio.sleep(1.1)  # Temporal names polls by the second
        assert (await schedule.poll_now(temporal_client, name)).problem
        assert (await last_good_polls(temporal_client))[name] == (good, NEVER)


async def _since(client: Client, name: str, since: float) -> float | None:
    poll = (await last_good_polls(client)).get(name)
    return poll.at if poll and poll.at > since else None


async def test_a_repository_that_was_never_polled_is_as_old_as_its_schedule(
    temporal_client: Client, tmp_path: Path
) -> None:
    name = f"never-{uuid.uuid4().hex[:8]}"
    await schedule.add_repository(temporal_client, Origin(tmp_path / "o").repository(name=name), task_queue=name)
    handle = temporal_client.get_schedule_handle(names.schedule_id(name))
    try:
        found = await until(lambda: _listed(temporal_client, name))
        assert 0 <= time.time() - found.at < 60
        await handle.pause()
        await until(lambda: _unlisted(temporal_client, name))
    finally:
        await handle.delete()


async def _listed(client: Client, name: str) -> PollAge | None:
    return (await last_good_polls(client)).get(name)


async def _unlisted(client: Client, name: str) -> bool:
    return name not in await last_good_polls(client)
