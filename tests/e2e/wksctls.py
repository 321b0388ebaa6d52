"""A repository as wksctl's users have it, in its first form, of the lab's hosts.

What only the lab needs (hosts that are containers, without the internet) stands in an SSHCluster beside it.
"""

from typing import Any

import yaml
from tests.e2e.ranch import NAME, Ranch

from trailboss.lab.hosts.model import Host
from trailboss.lab.scene import manifests

FOLDER = "setup"
FILE = "/etc/wksctl/greeting"
GREETING = "hello from a ConfigMap\n"
_OLD = "cluster.k8s.io/v1alpha1"
_PROVIDER = "baremetalproviderspec/v1alpha1"


def repository(ranch: Ranch) -> dict[str, str]:
    """Return path → text: cluster.yaml, machines.yaml, a ConfigMap that it names, and what Flux would have applied."""
    lab_s = list(yaml.safe_load_all(manifests(ranch.lab, cluster=NAME, version=ranch.version)[_CLUSTER_FILE]))[1]
    machines = {"apiVersion": "v1", "kind": "List", "items": [_machine(host) for host in ranch.lab.hosts]}
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "greetings"}, "data": {"en": GREETING}}
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "podinfo"}, "spec": {}}
    files = {
        "cluster.yaml": _cluster(ranch),
        "machines.yaml": machines,
        "greetings-config.yaml": config,
        "podinfo.yaml": service,
        "trailboss.yaml": lab_s,
    }
    return {f"{FOLDER}/{name}": yaml.safe_dump(value, sort_keys=False) for name, value in files.items()}


_CLUSTER_FILE = f"clusters/{NAME}/cluster.yaml"


def _cluster(ranch: Ranch) -> dict[str, Any]:
    value = {
        "apiVersion": _PROVIDER,
        "kind": "BareMetalClusterProviderSpec",
        "user": "root",
        "sshKeyPath": str(ranch.lab.key_file),
        "kubernetesVersion": ranch.version,
        "cri": {"kind": "containerd"},
        "os": {"files": [{"source": {"configmap": "greetings", "key": "en"}, "destination": FILE}]},
        "apiServer": {
            "externalLoadBalancer": ranch.lab.api_endpoint[0],
            "extraArguments": [{"name": "audit-log-maxsize", "value": "10"}],
        },
        "kubeletArguments": [{"name": "v", "value": "3"}],
    }
    network = {"services": {"cidrBlocks": ["10.96.0.0/12"]}, "pods": {"cidrBlocks": ["192.168.0.0/16"]}}
    return {
        "apiVersion": _OLD,
        "kind": "Cluster",
        "metadata": {"name": NAME},
        "spec": {"clusterNetwork": network, "providerSpec": {"value": value}},
    }


def _machine(host: Host) -> dict[str, Any]:
    master = host.role == "control-plane"
    named = {"name": host.name} if master else {"generateName": "worker-"}
    ends = {"private": {"address": host.address, "port": 22}, "public": {"address": host.address, "port": 22}}
    value = {"apiVersion": _PROVIDER, "kind": "BareMetalMachineProviderSpec", **ends}
    return {
        "apiVersion": _OLD,
        "kind": "Machine",
        "metadata": {**named, "namespace": "weavek8sops", "labels": {"set": "master" if master else "worker"}},
        "spec": {"providerSpec": {"value": value}},
    }
