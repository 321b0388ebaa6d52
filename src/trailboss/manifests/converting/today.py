"""A cluster as read → the objects of today's form that describe it."""

from collections.abc import Mapping
from typing import Any

from trailboss.manifests.normalise.draft import ClusterParts
from trailboss.manifests.objects import KubeObject
from trailboss.model.cluster import Cluster, HostFile, Kubeadm, Proxy, Volume
from trailboss.model.machine import Machine, SSHAccess

_CLUSTER_API = "cluster.x-k8s.io/v1beta1"
_TRAILBOSS = "trailboss.dev/v1alpha1"
_SSH = SSHAccess()


def cluster_object(item: KubeObject, cluster: Cluster, infra: str) -> dict[str, Any]:
    """Return the Cluster; `infra`: its SSHCluster's name."""
    network = item.look("spec", "clusterNetwork")
    endpoint = cluster.endpoint
    spec = {
        "clusterNetwork": {key: value for key, value in network.items() if value} if network else None,
        "controlPlaneEndpoint": {"host": endpoint.host, "port": endpoint.port} if endpoint else None,
        "infrastructureRef": {"apiVersion": _TRAILBOSS, "kind": "SSHCluster", "name": infra},
    }
    return _object(_CLUSTER_API, "Cluster", _metadata(item), spec)


def ssh_cluster_object(item: KubeObject, cluster: Cluster, parts: ClusterParts) -> dict[str, Any]:
    kubeadm = cluster.kubeadm
    spec = {
        "kubernetesVersion": cluster.kubernetes_version,
        "ssh": {"user": parts.ssh.get("user"), "keyFile": parts.ssh.get("key_file")},
        "imageRepository": _unless(cluster.image_repository, "registry.k8s.io"),
        "proxy": _proxy(cluster.proxy),
        "files": [_file(file) for file in cluster.files],
        "apiServer": _api_server(kubeadm),
        "controllerManager": {"extraArguments": dict(kubeadm.controller_manager_extra_args)},
        "kubelet": {"extraArguments": dict(kubeadm.kubelet_extra_args)},
    }
    return _object(_TRAILBOSS, "SSHCluster", _metadata(item), spec)


def machine_object(item: KubeObject, cluster: str, infra: str) -> dict[str, Any]:
    """Return the Machine; `infra`: its SSHMachine's name. The version is left to the cluster, which has one."""
    reference = {"apiVersion": _TRAILBOSS, "kind": "SSHMachine", "name": infra}
    spec = {"clusterName": cluster, "infrastructureRef": reference}
    return _object(_CLUSTER_API, "Machine", _metadata(item), spec)


def ssh_machine_object(item: KubeObject, machine: Machine, cluster_ssh: Mapping[str, Any]) -> dict[str, Any]:
    spec = {
        "role": machine.role,
        "address": machine.address,
        "privateAddress": machine.private_address,
        "ssh": {"port": _unless(machine.ssh.port, cluster_ssh.get("port", _SSH.port))},
    }
    return _object(_TRAILBOSS, "SSHMachine", _metadata(item), spec)


def _object(api_version: str, kind: str, metadata: dict[str, Any], spec: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": _something(spec)}


def _something(value: Any) -> Any:  # noqa: ANN401 - any part of a manifest
    """Return `value` without fields that say nothing."""
    if not isinstance(value, dict):
        return value
    inner = {key: _something(each) for key, each in value.items()}
    return {key: each for key, each in inner.items() if each not in (None, {}, [])}


def _metadata(item: KubeObject) -> dict[str, Any]:
    """Return what is written, but for the infrastructure of the older form: that has no metadata of its own."""
    written = {} if item.is_half else item.look("metadata")
    rest = {key: written[key] for key in ("namespace", "labels", "annotations") if written.get(key)}
    return {"name": item.name, **rest}


def _unless(value: Any, default: Any) -> Any:  # noqa: ANN401 - any field
    return None if value == default else value


def _proxy(proxy: Proxy | None) -> dict[str, Any] | None:
    if proxy is None:
        return None
    return {"http": proxy.http, "https": proxy.https, "noProxy": list(proxy.no_proxy)}


def _file(file: HostFile) -> dict[str, Any]:
    return {"path": file.path, "content": file.content, "mode": file.mode}


def _api_server(kubeadm: Kubeadm) -> dict[str, Any]:
    return {
        "extraArguments": dict(kubeadm.api_server_extra_args),
        "certSANs": list(kubeadm.api_server_cert_sans),
        "extraVolumes": [_volume(volume) for volume in kubeadm.api_server_extra_volumes],
    }


def _volume(volume: Volume) -> dict[str, Any]:
    return {
        "name": volume.name,
        "hostPath": volume.host_path,
        "mountPath": volume.mount_path,
        "readOnly": volume.read_only,
        "pathType": volume.path_type,
    }
