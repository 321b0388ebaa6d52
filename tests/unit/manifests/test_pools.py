"""What picks hosts, beyond the cases: the order of hosts, and an installation's defaults below what manifests say."""

from pathlib import Path

import pytest

from trailboss.manifests import load_tree
from trailboss.manifests.defaults import Defaults
from trailboss.model.cluster import Cluster

GOOD = Path(__file__).parent / "good"
HOST = """
---
apiVersion: trailboss.dev/v1alpha1
kind: SSHMachine
metadata: {{name: {name}, labels: {{pool: workers}}}}
spec: {{address: 10.0.1.{number}}}
"""


def cluster_of(workers: int, hosts: list[str]) -> Cluster:
    parts = {name: (GOOD / f"{name}.yaml").read_text() for name in ("capi-cluster", "kcp", "cp-hosts", "md")}
    parts["md"] = parts["md"].replace("clusterName: demo\n", f"clusterName: demo\n  replicas: {workers}\n", 1)
    template = (GOOD / "worker-hosts.yaml").read_text().partition("---")[0]
    parts["hosts"] = template + "".join(HOST.format(name=name, number=at) for at, name in enumerate(hosts, start=1))
    loaded = load_tree({f"clusters/demo/{name}.yaml": text for name, text in parts.items()})
    assert not loaded.errors
    return loaded.clusters[0]


@pytest.mark.parametrize(
    ("replicas", "picked"), [(1, ["w-1"]), (2, ["w-1", "w-2"]), (3, ["w-1", "w-2", "w-10"]), (0, [])]
)
def test_hosts_are_picked_in_the_order_in_which_people_count(replicas: int, picked: list[str]) -> None:
    cluster = cluster_of(replicas, ["w-10", "w-2", "w-1"])
    assert {machine.name for machine in cluster.workers} == set(picked)


def test_a_host_that_sorts_after_the_others_changes_nothing() -> None:
    assert cluster_of(2, ["w-1", "w-2"]) == cluster_of(2, ["w-1", "w-2", "w-3"])


def test_what_a_control_plane_says_counts_before_the_defaults_of_an_installation() -> None:
    parts = {name: (GOOD / f"{name}.yaml").read_text() for name in ("capi-cluster", "kcp", "cp-hosts")}
    parts["kcp"] += "  kubeadmConfigSpec: {clusterConfiguration: {imageRepository: a.example.com}}\n"
    defaults = Defaults(spec={"imageRepository": "b.example.com", "apiServer": {"extraArguments": {"v": "2"}}})
    loaded = load_tree({f"clusters/demo/{name}.yaml": text for name, text in parts.items()}, defaults)
    assert not loaded.problems
    assert loaded.clusters[0].image_repository == "a.example.com"
    assert loaded.clusters[0].kubeadm.api_server_extra_args == {"v": "2"}
