"""A repository as wksctl has it, in its first form and at a path of its own, becomes a cluster, and is changed.

What the form cannot say stands in the worker's own file of defaults: what the lab's hosts, containers, need.
One story, told in order: each test goes on where the one before it ended.
"""

import asyncio
import json
from pathlib import Path

import pytest
import yaml
from tests.e2e.ranch import NAME, POLL_SECONDS, Ranch

from trailboss.lab.hosts.model import Host
from trailboss.model.revision import Repository
from trailboss.triggers.schedule import add_repository

pytestmark = [pytest.mark.lab, pytest.mark.long, pytest.mark.timeout(1200)]

VERSIONS = ("1.34.4",)
HOSTS = (1, 1)
DEFAULTS = True
EVERYONE = ("cp-1", "worker-1")
FILE = "/etc/herd/brand"


async def test_it_validates_as_it_is(ranch: Ranch, tmp_path: Path) -> None:
    for path, text in _repository(ranch).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    answer = await asyncio.to_thread(ranch.trailboss, "validate", str(tmp_path), "--output", "json")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert [cluster["name"] for cluster in json.loads(answer.stdout)["clusters"]] == [NAME]


async def test_a_push_becomes_a_cluster(ranch: Ranch) -> None:
    ranch.push("As wksctl had it", _repository(ranch))
    await add_repository(
        ranch.temporal.client, Repository(name=NAME, url=ranch.origin.url, interval_seconds=POLL_SECONDS)
    )
    status = await ranch.settles(within=600)
    assert status.phase == "Ready", status
    assert [(node.name, node.ready) for node in await ranch.nodes()] == [(name, True) for name in EVERYONE]


async def test_hosts_have_what_was_asked_for(ranch: Ranch) -> None:
    assert {host: ranch.on_host(host, f"cat {FILE}") for host in EVERYONE} == dict.fromkeys(EVERYONE, "Z bar Z\n")
    assert ranch.on_host("worker-1", f"stat -c '%a %U' {FILE}").split()[1] == "root"
    assert "--v=3" in ranch.on_host("cp-1", "cat /etc/kubernetes/manifests/kube-apiserver.yaml")
    assert "--max-pods=60" in ranch.on_host("worker-1", "tr '\\0' ' ' < /proc/$(pidof kubelet)/cmdline")
    assert _pods(ranch) == "60 60"


async def test_a_second_push_changes_files_and_arguments_of_the_running_cluster(ranch: Ranch) -> None:
    ranch.push("Fewer pods, another brand", _repository(ranch, pods=50, brand="Bar None\n", words="2"))
    status = await ranch.settles(within=400)
    assert status.phase == "Ready", status
    assert {ranch.on_host(host, f"cat {FILE}") for host in EVERYONE} == {"Bar None\n"}
    assert _pods(ranch) == "50 50"
    assert "--v=2" in ranch.on_host("cp-1", "cat /etc/kubernetes/manifests/kube-apiserver.yaml")
    assert all(node.ready and not node.unschedulable for node in await ranch.nodes())


async def test_a_file_that_somebody_changed_is_put_right(ranch: Ranch) -> None:
    ranch.on_host("worker-1", f"echo rustled > {FILE}; chmod 600 {FILE}")
    ranch.push("A word to the reader", {"README.md": "Moo.\n", **_repository(ranch, 50, "Bar None\n", "2", note="1")})
    assert (await ranch.settles(within=200)).phase == "Ready"
    assert ranch.on_host("worker-1", f"cat {FILE}") == "Bar None\n"


def _repository(
    ranch: Ranch, pods: int = 60, brand: str = "Z bar Z\n", words: str = "3", note: str = ""
) -> dict[str, str]:
    machines = [_machine(ranch, ranch.lab.host(name)) for name in EVERYONE]
    config_map = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "herd"}, "data": {"brand": brand}}
    return {
        "setup/cluster.yaml": yaml.safe_dump(_cluster(ranch, pods, words, note), sort_keys=False),
        "setup/machines.yaml": yaml.safe_dump({"apiVersion": "v1", "kind": "List", "items": machines}, sort_keys=False),
        "setup/herd-config.yaml": yaml.safe_dump(config_map, sort_keys=False),
    }


def _cluster(ranch: Ranch, pods: int, words: str, note: str) -> dict[str, object]:
    provider = {
        "apiVersion": "baremetalproviderspec/v1alpha1",
        "kind": "BareMetalClusterProviderSpec",
        "user": "root",
        "sshKeyPath": str(ranch.lab.key_file),
        "cri": {"kind": "containerd"},
        "os": {"files": [{"source": {"configmap": "herd", "key": "brand"}, "destination": FILE}]},
        "apiServer": {
            "externalLoadBalancer": ranch.lab.api_endpoint[0],
            "extraArguments": [{"name": "v", "value": words}],
        },
        "kubeletArguments": [{"name": "max-pods", "value": str(pods)}],
    }
    network = {"pods": {"cidrBlocks": ["10.244.0.0/16"]}, "services": {"cidrBlocks": ["10.96.0.0/12"]}}
    return {
        "apiVersion": "cluster.k8s.io/v1alpha1",
        "kind": "Cluster",
        "metadata": {"name": NAME, "annotations": {"note": note}},
        "spec": {
            "clusterNetwork": {**network, "serviceDomain": "cluster.local"},
            "providerSpec": {"value": provider},
        },
    }


def _machine(ranch: Ranch, host: Host) -> dict[str, object]:
    provider = {
        "apiVersion": "baremetalproviderspec/v1alpha1",
        "kind": "BareMetalMachineProviderSpec",
        "public": {"address": host.address, "port": 22},
        "private": {"address": host.address, "port": 22},
    }
    is_master = host.role == "control-plane"
    versions = {"kubelet": ranch.version, **({"controlPlane": ranch.version} if is_master else {})}
    return {
        "apiVersion": "cluster.k8s.io/v1alpha1",
        "kind": "Machine",
        "metadata": {"name": host.name, "labels": {"set": "master" if is_master else "node"}},
        "spec": {"versions": versions, "providerSpec": {"value": provider}},
    }


def _pods(ranch: Ranch) -> str:
    """Return how many pods each node takes."""
    return ranch.kubectl("cp-1", "get nodes -o jsonpath='{.items[*].status.capacity.pods}'").strip()
