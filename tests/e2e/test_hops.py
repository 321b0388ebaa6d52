"""Two minors in one push, with a budget that blocks, and an operator who approves, pauses, aborts and tries again.

One story, told in order: each test goes on where the one before it ended.
"""

import asyncio
import json
from typing import Any

import pytest
from tests.e2e import workload
from tests.e2e.ranch import NAME, POLL_SECONDS, Ranch, until
from tests.e2e.wanted import wanted

from trailboss.model import names
from trailboss.model.revision import Repository
from trailboss.triggers.schedule import add_repository

pytestmark = [pytest.mark.lab, pytest.mark.long, pytest.mark.timeout(1200)]

VERSIONS = ("1.33.4", "1.34.4", "1.35.4")
HOSTS = (1, 2)
EVERYONE = ("cp-1", "worker-1", "worker-2")
HELD_SECONDS = 6
DRAIN_SECONDS = 60  # four pods of which one may go at a time, and each takes ten


async def test_the_oldest_version_stands_with_a_workload(ranch: Ranch) -> None:
    ranch.push(f"Kubernetes {VERSIONS[0]}")
    repository = Repository(name=NAME, url=ranch.origin.url, interval_seconds=POLL_SECONDS)
    await add_repository(ranch.temporal.client, repository)
    assert (await ranch.settles(within=600)).phase == "Ready"
    await asyncio.to_thread(workload.deploy, ranch)


async def test_a_budget_that_blocks_is_found_before_the_first_cordon(ranch: Ranch) -> None:
    await asyncio.to_thread(workload.keep_available, ranch, workload.REPLICAS)
    ranch.version = VERSIONS[-1]
    ranch.push(f"Kubernetes {VERSIONS[-1]}", wanted(ranch, EVERYONE, rollout=_rollout("wait")))
    await until(lambda: _stands(ranch, "Waiting", "Refused"), within=120)
    preflight = await asyncio.to_thread(ranch.trailboss, "preflight", NAME)
    assert preflight.returncode == 1
    assert "EvictionsPossible" in preflight.stdout
    assert not await _cordoned(ranch)
    assert ranch.kubeadm_runs("cp-1")["upgrade"] == 0


async def test_with_ask_the_change_holds_one_machine_until_it_is_approved(ranch: Ranch) -> None:
    ranch.push("Rather ask me", wanted(ranch, EVERYONE, rollout=_rollout("ask")))
    await until(lambda: ranch.phase_is("Held"), within=600)
    report = (await ranch.status()).report
    assert report
    assert [held.machine for held in report.held] == ["worker-1"]
    assert "web" in report.held[0].reasons[0]
    answer = await asyncio.to_thread(ranch.trailboss, "approve", NAME, "worker-1", "--why", "the web may be away")
    assert answer.returncode == 0, answer.stderr
    await until(lambda: ranch.operation_is("worker-1", "upgrade", "done"), within=300)
    assert "approve worker-1" in [entry.what for entry in (await ranch.status()).audit]
    await asyncio.to_thread(workload.keep_available, ranch, workload.BUDGET)


async def test_a_bare_signal_pauses_in_the_middle_of_the_workers(ranch: Ranch) -> None:
    await until(lambda: _upgrades(ranch, "worker-1", VERSIONS[-1]), within=900)
    ranch.signal("pause")
    await until(lambda: ranch.operation_is("worker-1", "upgrade", "done"), within=300)
    await asyncio.sleep(HELD_SECONDS)
    assert await ranch.operation_is("worker-2", "upgrade", "waiting")
    assert (await ranch.status()).paused


async def test_abort_gives_a_machine_back_that_is_being_emptied(ranch: Ranch) -> None:
    await asyncio.to_thread(workload.keep_available, ranch, workload.REPLICAS)  # so that the drain does not end
    ranch.signal("resume")
    await until(lambda: _is_cordoned(ranch, "worker-2"), within=120)
    ranch.signal("abort")
    await until(lambda: ranch.phase_is("Aborted"), within=120)
    assert not await _cordoned(ranch)
    kubelets = {node.name: node.kubelet_version for node in await ranch.nodes()}
    assert (kubelets["worker-1"], kubelets["worker-2"]) == (VERSIONS[2], VERSIONS[1])


async def test_retry_goes_on_from_there(ranch: Ranch) -> None:
    await asyncio.to_thread(workload.keep_available, ranch, workload.BUDGET)
    answer = await asyncio.to_thread(ranch.trailboss, "retry", NAME)
    assert answer.returncode == 0, answer.stderr
    await until(lambda: ranch.phase_is("Ready"), within=300)
    assert not await _cordoned(ranch)
    assert {node.kubelet_version for node in await ranch.nodes()} == {VERSIONS[-1]}
    assert {host: ranch.kubeadm_runs(host)["upgrade"] for host in EVERYONE} == dict.fromkeys(EVERYONE, 2)


async def test_both_hops_are_in_the_history(ranch: Ranch) -> None:
    for machine in EVERYONE:
        versions = await _versions_upgraded_to(ranch, machine)
        assert list(dict.fromkeys(versions)) == list(VERSIONS[1:])


def _rollout(when_blocked: str) -> dict[str, Any]:
    return {"drain": {"whenBlocked": when_blocked, "timeout": f"{DRAIN_SECONDS}s"}}


async def _stands(ranch: Ranch, *phases: str) -> bool:
    status = await ranch.status()
    return bool(status.desired and status.desired.commit == ranch.commit and status.phase in phases)


async def _cordoned(ranch: Ranch) -> list[str]:
    return [node.name for node in await ranch.nodes() if node.unschedulable]


async def _is_cordoned(ranch: Ranch, machine: str) -> bool:
    return machine in await _cordoned(ranch)


async def _upgrades(ranch: Ranch, machine: str, version: str) -> bool:
    """Tell whether the machine is being upgraded now, and to this version."""
    change = (await ranch.status()).change
    leads_there = change is not None and change.plan is not None and change.plan.kubernetes_version == version
    return leads_there and await ranch.operation_is(machine, "upgrade", "running")


async def _versions_upgraded_to(ranch: Ranch, machine: str) -> list[str]:
    """Return the version of each upgrade of the machine there ever was, in the order in which they began."""
    query = f"WorkflowType = '{names.MACHINE_WORKFLOW}' AND {names.ATTRIBUTE_CLUSTER} = '{NAME}'"
    found = [one async for one in ranch.temporal.client.list_workflows(query)]
    upgrades = [one for one in found if one.id.endswith(f"/{machine}/upgrade")]
    return [await _version_of(ranch, one.id, one.run_id) for one in sorted(upgrades, key=lambda one: one.start_time)]


async def _version_of(ranch: Ranch, workflow_id: str, run_id: str) -> str:
    history = await ranch.temporal.client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
    given = history.events[0].workflow_execution_started_event_attributes.input.payloads[0].data
    return str(json.loads(given)["context"]["version"])
