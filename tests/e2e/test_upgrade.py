"""1.33 → 1.34 under load, with everything that can die dying once on the way.

One story, told in order: each test goes on where the one before it ended.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from itertools import pairwise

import pytest
import pytest_asyncio
from tests.e2e import workload
from tests.e2e.ranch import NAME, POLL_SECONDS, Ranch, until

from trailboss.kubeadm.versions import parse
from trailboss.lab.engine.docker import docker
from trailboss.model.revision import Repository
from trailboss.triggers.schedule import add_repository

pytestmark = [pytest.mark.lab, pytest.mark.long, pytest.mark.timeout(1500)]

VERSIONS = ("1.33.4", "1.34.4")
HOSTS = (3, 2)
CONTROL_PLANES, WORKERS = ("cp-1", "cp-2", "cp-3"), ("worker-1", "worker-2")
KILLED = "worker-1"
AWAY_SECONDS = 15
HELD_SECONDS = 6


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def samples(ranch: Ranch) -> AsyncIterator[list[tuple[list[str], list[str]]]]:
    """(API servers, kubelets), sampled from the API all the time from when it is first asked for."""
    taken: list[tuple[list[str], list[str]]] = []

    async def sample() -> None:
        while True:
            with suppress(Exception):  # a host that is being stopped: the next sample will do
                if seen := await asyncio.to_thread(workload.versions, ranch):
                    taken.append(seen)
            await asyncio.sleep(1)

    task = asyncio.create_task(sample())
    yield taken
    task.cancel()


@pytest.fixture(scope="module")
def askers(ranch: Ranch) -> dict[str, workload.Asker]:
    return {
        "service": workload.service_asker(ranch, "e2e-upgrade-service"),
        "endpoint": workload.endpoint_asker(ranch, "e2e-upgrade-endpoint"),
    }


async def test_the_older_version_stands_with_a_workload(ranch: Ranch) -> None:
    ranch.push(f"Kubernetes {VERSIONS[0]}")
    repository = Repository(name=NAME, url=ranch.origin.url, interval_seconds=POLL_SECONDS)
    await add_repository(ranch.temporal.client, repository)
    await until(ranch.is_settled, within=600)
    assert (await ranch.status()).phase == "Ready"
    await asyncio.to_thread(workload.deploy, ranch)


async def test_what_a_plain_drain_costs(ranch: Ranch, tell: Callable[[str], None]) -> None:
    asker = workload.service_asker(ranch, "e2e-drain")
    asker.start()
    for worker in WORKERS:
        await asyncio.to_thread(workload.evict_all, ranch, worker)
    counts = asker.stop()
    assert counts["200"], "nobody asked"
    ranch.lost_by_plain_drain = counts.total() - counts["200"]
    tell(f"plain kubectl drain of both workers, answers of the Service by status: {dict(counts)}")


async def test_a_worker_killed_in_the_middle_of_upgrade_apply(
    ranch: Ranch, samples: list[tuple[list[str], list[str]]], askers: dict[str, workload.Asker]
) -> None:
    for asker in askers.values():
        asker.start()
    await until(lambda: _true(bool(samples)), within=30)
    ranch.version = VERSIONS[1]
    ranch.push(f"Kubernetes {VERSIONS[1]}")
    await until(lambda: ranch.unit_runs("cp-1", "kubeadm-upgrade-apply"), within=300)
    killed = ranch.temporal.worker.process
    assert killed
    os.kill(killed.pid, signal.SIGKILL)
    assert ranch.running_unit("cp-1", "kubeadm-upgrade-apply")
    ranch.temporal.worker = ranch.temporal.new_worker()
    ranch.temporal.worker.start()


async def test_temporal_killed_in_the_middle_of_the_second_control_plane(ranch: Ranch) -> None:
    await until(lambda: ranch.unit_runs("cp-2", "kubeadm-upgrade-node"), within=600)
    await ranch.temporal.kill_server()
    await asyncio.sleep(3)
    await ranch.temporal.start_server_again()


async def test_a_host_that_stops_during_its_upgrade(ranch: Ranch) -> None:
    await until(lambda: ranch.step_is(KILLED, "upgrade", "kubeadm-upgrade-node", "kubelet"), within=900)
    container = ranch.lab.host(KILLED).container
    await asyncio.to_thread(docker, "kill", container)
    await asyncio.sleep(AWAY_SECONDS)
    assert await ranch.operation_is(KILLED, "upgrade", "running")
    await asyncio.to_thread(docker, "start", container)


async def test_pause_holds_before_the_next_worker(ranch: Ranch) -> None:
    ranch.signal("pause")
    await until(lambda: ranch.operation_is("worker-1", "upgrade", "done"), within=300)
    await asyncio.sleep(HELD_SECONDS)
    assert await ranch.operation_is("worker-2", "upgrade", "waiting")
    ranch.signal("resume")


async def test_all_is_upgraded_and_nothing_is_cordoned(ranch: Ranch) -> None:
    await until(ranch.is_settled, within=600)
    status = await ranch.status()
    assert (status.phase, status.kubernetes_version) == ("Ready", VERSIONS[1]), status
    nodes = await ranch.nodes()
    assert [(node.name, node.ready, node.unschedulable, node.kubelet_version) for node in nodes] == [
        (name, True, False, VERSIONS[1]) for name in (*CONTROL_PLANES, *WORKERS)
    ]


async def test_each_kubeadm_command_ran_once(ranch: Ranch) -> None:
    """That of the host which was killed may have been cut off, and run again for that; it too has ended once."""
    runs = {host: ranch.kubeadm_runs(host)["upgrade"] for host in (*CONTROL_PLANES, *WORKERS)}
    assert runs.pop(KILLED) in {1, 2}
    assert runs == {host: 1 for host in (*CONTROL_PLANES, *WORKERS) if host != KILLED}
    assert {host: ranch.kubeadm_ended(host) for host in (*CONTROL_PLANES, *WORKERS)} == dict.fromkeys(
        (*CONTROL_PLANES, *WORKERS), 1
    )


async def test_control_planes_went_one_at_a_time_and_then_workers(ranch: Ranch) -> None:
    spans = [await ranch.span(machine, "upgrade") for machine in (*CONTROL_PLANES, *WORKERS)]
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


async def test_no_kubelet_was_ever_newer_than_the_oldest_api_server(
    samples: list[tuple[list[str], list[str]]],
) -> None:
    assert len(samples) > 20
    for servers, kubelets in samples:
        assert max(map(parse, kubelets)) <= min(map(parse, servers)), (servers, kubelets)
    assert any(len(set(servers)) == 2 for servers, _ in samples)  # the samples do show the upgrade


async def test_no_request_was_lost(
    ranch: Ranch, askers: dict[str, workload.Asker], tell: Callable[[str], None]
) -> None:
    service, endpoint = askers["service"].stop(), askers["endpoint"].stop()
    tell(f"during the upgrade, answers by status: Service {dict(service)}, endpoint /readyz {dict(endpoint)}")
    tell(f"what was lost, and when (UTC): {askers['service'].lost() + askers['endpoint'].lost() or 'nothing'}")
    assert service["200"] > 1000
    assert service.total() - service["200"] <= ranch.lost_by_plain_drain
    assert endpoint.total() == endpoint["200"]


async def _true(value: bool) -> bool:
    return value
