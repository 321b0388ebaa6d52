"""A cluster's later life: machines die and are replaced, a snapshot is restored, it is destroyed and made anew.

One story, told in order: each test goes on where the one before it ended.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from tests.e2e import ageing
from tests.e2e.ranch import NAME, POLL_SECONDS, Ranch, until
from tests.e2e.wanted import wanted

from trailboss.lab.engine.docker import docker
from trailboss.lab.hosts import lab_replace
from trailboss.model.revision import Repository
from trailboss.triggers.schedule import add_repository

pytestmark = [pytest.mark.lab, pytest.mark.long, pytest.mark.timeout(1200)]

VERSIONS = ("1.34.4",)
HOSTS = (4, 1)
FIRST = ("cp-1", "cp-2", "cp-3", "worker-1")
SECOND = ("cp-1", "cp-3", "cp-4", "worker-1")
THIRD = ("cp-2", "cp-3", "cp-4", "worker-1")
SMALL = ("cp-2", "worker-1")
CA = "sha256sum < /etc/kubernetes/pki/ca.crt"


async def test_three_control_planes_and_a_worker_stand(ranch: Ranch) -> None:
    ranch.push("Three control planes", wanted(ranch, FIRST))
    repository = Repository(name=NAME, url=ranch.origin.url, interval_seconds=POLL_SECONDS)
    await add_repository(ranch.temporal.client, repository)
    assert (await ranch.settles(within=600)).phase == "Ready"
    assert ranch.etcd_members("cp-1") == ["cp-1", "cp-2", "cp-3"]


async def test_a_dead_control_plane_is_replaced(ranch: Ranch) -> None:
    await asyncio.to_thread(docker, "kill", ranch.lab.host("cp-2").container)
    ranch.push("cp-4 for cp-2, whose board has burnt", wanted(ranch, SECOND))
    assert (await ranch.settles(within=600)).phase == "Ready"
    await _consists_of(ranch, SECOND, "cp-1")


async def test_the_first_control_plane_is_replaced(ranch: Ranch) -> None:
    await asyncio.to_thread(lab_replace, NAME, "cp-2")  # the board has come back from repair, blank
    ranch.push("cp-2 for cp-1", wanted(ranch, THIRD))
    assert (await ranch.settles(within=600)).phase == "Ready"
    await _consists_of(ranch, THIRD, "cp-3")
    assert _is_blank(ranch, "cp-1")


async def test_a_machine_is_replaced_by_a_blank_one_of_the_same_name(ranch: Ranch) -> None:
    await asyncio.to_thread(lab_replace, NAME, "cp-4")
    answer = await asyncio.to_thread(ranch.trailboss, "retry", NAME, "--why", "cp-4 has a new board")
    assert answer.returncode == 0, answer.stderr
    await until(lambda: _is_left(ranch, "Ready"), within=60)
    await until(lambda: ranch.phase_is("Ready"), within=600)
    await _consists_of(ranch, THIRD, "cp-3")


async def test_a_snapshot_is_taken_on_the_operators_word(ranch: Ranch) -> None:
    ranch.kubectl("cp-3", "create configmap made-before --from-literal word=kept")
    answer = await asyncio.to_thread(ranch.trailboss, "snapshot", "create", NAME)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    ranch.kubectl("cp-3", "create configmap made-after --from-literal word=lost")
    listed = await asyncio.to_thread(ranch.trailboss, "snapshot", "list", NAME)
    assert "1.34.4" in listed.stdout, listed.stdout + listed.stderr


async def test_it_is_restored_into_a_destroyed_control_plane(ranch: Ranch, tell: Callable[[str], None]) -> None:
    authority = ranch.on_host("cp-3", CA)
    for host in ("cp-2", "cp-3", "cp-4"):
        await asyncio.to_thread(lab_replace, NAME, host)
    answer = await asyncio.to_thread(ranch.trailboss, "snapshot", "restore", NAME, "--control-plane", "cp-2", "--yes")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    tell(answer.stdout)
    await until(lambda: ranch.phase_is("Ready"), within=900)
    await _consists_of(ranch, THIRD, "cp-2")
    assert ranch.on_host("cp-2", CA) == authority
    objects = ranch.kubectl("cp-2", "get configmaps -o name").split()
    assert "configmap/made-before" in objects
    assert "configmap/made-after" not in objects


async def test_a_push_alone_does_not_destroy(ranch: Ranch) -> None:
    ranch.push("Take it apart", wanted(ranch, THIRD, destroy=True))
    status = await ranch.settles(within=120)
    assert status.phase == "Refused", status
    await _consists_of(ranch, THIRD, "cp-2")


async def test_the_operators_word_on_top_does_and_hosts_are_blank_again(ranch: Ranch) -> None:
    answer = await asyncio.to_thread(ranch.trailboss, "destroy", NAME, "--yes", "--why", "the herd is sold")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    await until(lambda: ranch.phase_is("Destroyed"), within=300)
    assert all(_is_blank(ranch, host) for host in THIRD)


async def test_a_new_cluster_comes_up_on_these_hosts_at_once(ranch: Ranch) -> None:
    ranch.push("A smaller herd", wanted(ranch, SMALL))
    assert (await ranch.settles(within=400)).phase == "Ready"
    await _consists_of(ranch, SMALL, "cp-2")


async def test_settings_of_the_running_cluster_are_changed(ranch: Ranch) -> None:
    server = {"extraArguments": {"v": "3"}, "certSANs": ["api.herd.example"]}
    ranch.push("A name for the API, and words", wanted(ranch, SMALL, apiServer=server, kubelet=_with_pods(ranch, 60)))
    assert (await ranch.settles(within=400)).phase == "Ready"
    await _consists_of(ranch, SMALL, "cp-2")
    assert "--v=3" in ranch.on_host("cp-2", "cat /etc/kubernetes/manifests/kube-apiserver.yaml")
    assert "api.herd.example" in ageing.names_shown(ranch, "cp-2")
    assert ranch.kubectl("cp-2", "get nodes -o jsonpath='{.items[*].status.capacity.pods}'") == "60 60"


async def test_certificates_near_their_end_are_renewed(ranch: Ranch) -> None:
    ageing.age(ranch, "cp-2", "apiserver")
    answer = await asyncio.to_thread(ranch.trailboss, "retry", NAME)
    assert answer.returncode == 0, answer.stderr
    await until(lambda: _is_left(ranch, "Ready"), within=60)
    await until(lambda: ranch.phase_is("Ready"), within=400)
    assert ageing.days_left(ranch, "cp-2") > 300
    await _consists_of(ranch, SMALL, "cp-2")


def _with_pods(ranch: Ranch, most: int) -> dict[str, Any]:
    """Return the lab's own settings of kubelets, and how many pods each may run."""
    cluster = list(yaml.safe_load_all(wanted(ranch, SMALL)[f"clusters/{NAME}/cluster.yaml"]))[1]
    configuration = cluster["spec"]["kubelet"]["configuration"]
    return {"configuration": {**configuration, "maxPods": most}}


async def _is_left(ranch: Ranch, phase: str) -> bool:
    return not await ranch.phase_is(phase)


async def _consists_of(ranch: Ranch, hosts: tuple[str, ...], asked: str) -> None:
    """Check that the cluster has these nodes, all Ready, and their control planes for etcd members, and no others."""
    nodes = await ranch.nodes()
    assert [(node.name, node.ready, node.unschedulable) for node in nodes] == [(name, True, False) for name in hosts]
    assert ranch.etcd_members(asked) == [name for name in hosts if name.startswith("cp-")]


def _is_blank(ranch: Ranch, host: str) -> bool:
    """Tell whether nothing of a cluster is left on the host: no container, no key, no data, no rule, no route."""
    script = """
    ctr -n k8s.io tasks ls -q; systemctl is-active kubelet | grep -x active
    find /etc/kubernetes /var/lib/etcd /var/lib/kubelet -type f 2>/dev/null
    iptables-save | grep -E 'KUBE-|TRAILBOSS'; ip route show proto 66; ls /etc/cni/net.d
    cat /var/lib/trailboss/owner /var/lib/trailboss/member 2>/dev/null
    true"""
    left = ranch.on_host(host, script).strip()
    assert not left, f"{host}: {left}"
    return True
