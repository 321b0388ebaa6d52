"""What of a cluster's settings can be changed while it runs: kubeadm's documents of it, and digests to compare by."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from trailboss.kubeadm.documents import API_VERSION, arguments, dump, volumes
from trailboss.kubeadm.init import certificate_names, kube_proxy_configuration, kubelet_configuration
from trailboss.kubeadm.node import local_endpoint, node_registration
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine


def settings_configuration(
    recorded: Mapping[str, Any], cluster: Cluster, machine: Machine, own_volumes: Iterable[str] = ()
) -> str:
    """Return what `kubeadm init phase … --config` reads on a control plane of a running cluster; it holds no secrets.

    `recorded`: the ClusterConfiguration that the cluster has recorded. What Trailboss does not know of stays as it is
    there; so do version, networks and endpoint. `own_volumes`: names of those that Trailboss has put there: they go
    unless the manifests have them still, while those of others stay.
    """
    user = cluster.kubeadm
    api_server = {
        **recorded.get("apiServer", {}),
        "certSANs": certificate_names(cluster),
        "extraArgs": arguments(user.api_server_arguments),
        "extraVolumes": [*_others_volumes(recorded, cluster, own_volumes), *volumes(user.api_server_extra_volumes)],
    }
    others = {"controllerManager": user.controller_manager_extra_args, "scheduler": user.scheduler_extra_args}
    components = {name: {**recorded.get(name, {}), "extraArgs": arguments(own)} for name, own in others.items()}
    registration = {
        "nodeRegistration": node_registration(cluster, machine),
        "localAPIEndpoint": local_endpoint(machine),
    }
    return dump(
        {"apiVersion": API_VERSION, "kind": "InitConfiguration", **registration},
        {**recorded, "apiServer": api_server, **components},
        kubelet_configuration(cluster),
        kube_proxy_configuration(cluster),
    )


def _others_volumes(recorded: Mapping[str, Any], cluster: Cluster, own: Iterable[str]) -> list[Any]:
    ours = {*own, *(volume.name for volume in cluster.kubeadm.api_server_extra_volumes)}
    there = recorded.get("apiServer", {}).get("extraVolumes") or ()
    return [volume for volume in there if volume.get("name") not in ours]


def settings_digest(cluster: Cluster) -> str:
    """Return a digest of what users set of the control plane's components, whatever the version."""
    user = cluster.kubeadm
    parts = (user.api_server_arguments, user.controller_manager_extra_args, user.scheduler_extra_args)
    flags = ({name.lstrip("-"): value for name, value in one.items()} for one in parts)
    # Left out where there are none: the digest is that of before there were any, and hosts are marked with it.
    mounted = [volumes(user.api_server_extra_volumes)] if user.api_server_extra_volumes else []
    return _digest([*flags, own_names(cluster), *mounted])


def kubelet_digest(cluster: Cluster) -> str:
    return _digest(kubelet_configuration(cluster))


def kube_proxy_digest(cluster: Cluster) -> str:
    return _digest(kube_proxy_configuration(cluster))


def own_names(cluster: Cluster) -> tuple[str, ...]:
    """Return the names in the API servers' certificates that users ask for, sorted."""
    return tuple(sorted(set(cluster.kubeadm.api_server_cert_sans)))


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
