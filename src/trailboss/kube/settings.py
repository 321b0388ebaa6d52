"""A cluster's settings as kubeadm has recorded them, and what of them Trailboss has put there.

kubeadm keeps them in ConfigMaps. Which of the certificates' names are ours, and which kubelet configuration, is written
beside them as an annotation, so that what is taken out of the manifests is taken back, and all else is left alone.
"""

import json
from typing import Any

import yaml
from kubernetes.client.exceptions import ApiException

from trailboss.kube.api import ClusterApi
from trailboss.kubeadm.settings import kube_proxy_digest, kubelet_digest, own_names
from trailboss.model.cluster import Cluster, Volume
from trailboss.plan.observation import PENDING, Recorded

ANNOTATION = "trailboss.dev/settings"
_CLUSTER, _KUBELET, _KUBE_PROXY = "kubeadm-config", "kubelet-config", "kube-proxy"
_NAMESPACE = "kube-system"
_NOT_FOUND = 404


def recorded(api: ClusterApi) -> Recorded | None:
    """Return what the cluster has recorded, None where kubeadm has recorded nothing."""
    found = _config_map(api, _CLUSTER)
    document = cluster_configuration(found)
    if not document:
        return None
    networking, api_server = document.get("networking") or {}, document.get("apiServer") or {}
    return Recorded(
        version=str(document.get("kubernetesVersion", "")).removeprefix("v"),
        endpoint=str(document.get("controlPlaneEndpoint", "")),
        image_repository=str(document.get("imageRepository", "")),
        pod_cidr=str(networking.get("podSubnet", "")),
        service_cidr=str(networking.get("serviceSubnet", "")),
        service_domain=str(networking.get("dnsDomain", "")),
        api_server=_arguments(api_server),
        volumes=tuple(map(_volume, api_server.get("extraVolumes") or ())),
        controller_manager=_arguments(document.get("controllerManager") or {}),
        scheduler=_arguments(document.get("scheduler") or {}),
        names=tuple(map(str, api_server.get("certSANs") or ())),
        kubelet=_document(_config_map(api, _KUBELET), "kubelet"),
        kube_proxy=_document(_config_map(api, _KUBE_PROXY), "config.conf"),
        **_own(found),
    )


def read_configuration(api: ClusterApi) -> dict[str, Any]:
    """Return the ClusterConfiguration that kubeadm has recorded, {} where there is none."""
    return cluster_configuration(_config_map(api, _CLUSTER))


def own(api: ClusterApi, cluster: Cluster) -> None:
    """Write down that the recorded settings are ours: all that the manifests say, and every kubelet has its part."""
    _write(api, cluster, kubelet_digest(cluster))


def own_before(api: ClusterApi, cluster: Cluster) -> None:
    """Write down, before the record is changed, that no kubelet is known to have what it will say."""
    _write(api, cluster, PENDING)


def own_after(api: ClusterApi, cluster: Cluster) -> None:
    """As `own`, but the kubelets do not have their configuration yet."""
    _write(api, cluster, f"{PENDING}{kubelet_digest(cluster)}")


def _write(api: ClusterApi, cluster: Cluster, kubelet: str) -> None:
    ours: dict[str, Any] = {"names": own_names(cluster), "kubelet": kubelet, "kube_proxy": kube_proxy_digest(cluster)}
    mounted = tuple(volume.name for volume in cluster.kubeadm.api_server_extra_volumes)
    if mounted:
        ours["volumes"] = mounted
    patch = {"metadata": {"annotations": {ANNOTATION: json.dumps(ours, sort_keys=True)}}}
    api.run(api.core.patch_namespaced_config_map, _CLUSTER, _NAMESPACE, patch)


def cluster_configuration(config_map: Any) -> dict[str, Any]:  # noqa: ANN401 - the client has no types
    return _document(config_map, "ClusterConfiguration")


def _config_map(api: ClusterApi, name: str) -> Any:  # noqa: ANN401 - the client has no types
    try:
        return api.run(api.core.read_namespaced_config_map, name, _NAMESPACE)
    except ApiException as error:
        if error.status == _NOT_FOUND:
            return None
        raise


def _document(config_map: Any, key: str) -> dict[str, Any]:  # noqa: ANN401 - the client has no types
    text = (config_map.data or {}).get(key, "") if config_map else ""
    found = yaml.safe_load(text)
    return found if isinstance(found, dict) else {}


def _arguments(component: dict[str, Any]) -> dict[str, str]:
    return {str(one.get("name", "")): str(one.get("value", "")) for one in component.get("extraArgs") or ()}


def _volume(given: dict[str, Any]) -> Volume:
    return Volume(
        name=str(given.get("name", "")),
        host_path=str(given.get("hostPath", "")),
        mount_path=str(given.get("mountPath", "")),
        read_only=bool(given.get("readOnly", False)),
        path_type=str(given.get("pathType") or ""),
    )


def _own(config_map: Any) -> dict[str, Any]:  # noqa: ANN401 - the client has no types
    """Return the fields of Recorded that tell what is ours; nothing where no annotation tells it."""
    annotations = (config_map.metadata and config_map.metadata.annotations) or {}
    try:
        said = json.loads(annotations.get(ANNOTATION, "{}"))
    except ValueError:
        return {}
    given = said if isinstance(said, dict) else {}
    return {f"own_{name}": given[name] for name in ("names", "volumes", "kubelet", "kube_proxy") if name in given}
