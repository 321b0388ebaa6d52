"""The manifests of a cluster on a lab's hosts, in today's form."""

from collections.abc import Iterable
from typing import Any

import yaml

from trailboss.lab.hosts.model import Host, Lab

_CLUSTER_API = "cluster.x-k8s.io/v1beta1"
_OURS = "trailboss.dev/v1alpha1"


def manifests(lab: Lab, *, cluster: str, version: str, hosts: Iterable[Host] | None = None) -> dict[str, str]:
    """Return path → text of the cluster's folder in a repository.

    `hosts`: the lab's hosts that belong to the cluster; None: all.
    """
    machines = [document for host in hosts or lab.hosts for document in _machine(cluster, host)]
    return {
        f"clusters/{cluster}/cluster.yaml": _dump([_cluster(lab, cluster), _ssh_cluster(lab, cluster, version)]),
        f"clusters/{cluster}/machines.yaml": _dump(machines),
    }


def defaults(lab: Lab) -> str:
    """Return a file of defaults (setting `cluster_defaults`) for clusters on these hosts, of whatever form."""
    return yaml.safe_dump(_what_the_lab_is(lab), sort_keys=False)


def _cluster(lab: Lab, name: str) -> dict[str, Any]:
    host, port = lab.api_endpoint
    return {
        "apiVersion": _CLUSTER_API,
        "kind": "Cluster",
        "metadata": {"name": name},
        "spec": {
            "clusterNetwork": {"pods": {"cidrBlocks": ["10.244.0.0/16"]}, "services": {"cidrBlocks": ["10.96.0.0/12"]}},
            "controlPlaneEndpoint": {"host": host, "port": port},
            "infrastructureRef": {"apiVersion": _OURS, "kind": "SSHCluster", "name": name},
        },
    }


def _ssh_cluster(lab: Lab, name: str, version: str) -> dict[str, Any]:
    return {
        "apiVersion": _OURS,
        "kind": "SSHCluster",
        "metadata": {"name": name},
        "spec": {"kubernetesVersion": version, **_what_the_lab_is(lab)},
    }


def _what_the_lab_is(lab: Lab) -> dict[str, Any]:
    """Return the fields of an SSHCluster that are the same for every cluster on these hosts."""
    return {
        "ssh": {"user": "root", "keyFile": str(lab.key_file), "knownHostsFile": str(lab.known_hosts_file)},
        "artifacts": {"binaries": lab.artifacts_url, "images": lab.artifacts_url},
        "podNetwork": "routes",
        **_what_containers_need(),
    }


def _what_containers_need() -> dict[str, Any]:
    """Return settings that real machines do without: the lab's hosts are containers (docs/lab.md says why each)."""
    return {
        "containerd": {"restrictOOMScoreAdj": True, "cniBinDir": "/usr/lib/cni"},
        "kubelet": {
            "configuration": {
                "cgroupDriver": "cgroupfs",
                "failSwapOn": False,
                "failCgroupV1": False,
                "resolvConf": "/etc/trailboss-lab/resolv.conf",
                "evictionHard": {"imagefs.available": "0%", "nodefs.available": "0%", "nodefs.inodesFree": "0%"},
                "imageGCHighThresholdPercent": 100,
            }
        },
        "kubeProxy": {"configuration": {"conntrack": {"maxPerCore": 0}}},
        # HTTPProxyCIDR: kubeadm 1.33, compiled with a newer Go than its own, cannot parse the URL that it makes for it.
        "preflight": {"waive": ["SystemVerification", "HTTPProxyCIDR"]},
    }


def _machine(cluster: str, host: Host) -> list[dict[str, Any]]:
    reference = {"apiVersion": _OURS, "kind": "SSHMachine", "name": host.name}
    return [
        {
            "apiVersion": _CLUSTER_API,
            "kind": "Machine",
            "metadata": {"name": host.name},
            "spec": {"clusterName": cluster, "bootstrap": {}, "infrastructureRef": reference},
        },
        {
            "apiVersion": _OURS,
            "kind": "SSHMachine",
            "metadata": {"name": host.name},
            "spec": {"role": host.role, "address": host.address},
        },
    ]


def _dump(documents: list[dict[str, Any]]) -> str:
    return yaml.safe_dump_all(documents, sort_keys=False)
