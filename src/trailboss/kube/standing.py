"""A cluster that others made, as its API tells of it: one pass, which changes nothing."""

import base64
import binascii
import hashlib
from typing import Any

from kubernetes import client
from kubernetes.client.exceptions import ApiException

from trailboss.adoption import ClusterSeen, NodeStanding
from trailboss.kube import health, nodes, settings
from trailboss.kube.api import ClusterApi
from trailboss.model.errors import PermanentError
from trailboss.plan.observation import NodeSeen

_CRI_SOCKET = "kubeadm.alpha.kubernetes.io/cri-socket"
_AUTHORITY = "kube-root-ca.crt"
_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


def read(api: ClusterApi) -> ClusterSeen:
    """Return what the API tells.

    Raises:
        ApiUnavailable: it does not answer.
        PermanentError: the kubeconfig's user may not read what is needed.
    """
    try:
        return _read(api)
    except ApiException as error:
        raise PermanentError(f"the API server refuses to tell: {error.status} {error.reason}") from error


def _read(api: ClusterApi) -> ClusterSeen:
    items = {item.metadata.name: item for item in api.run(api.core.list_node).items}
    return ClusterSeen(
        version=api.version(),
        authority=_authority(api),
        nodes=tuple(_node(items[node.name], node) for node in nodes.list_nodes(api) if node.name in items),
        configuration=settings.read_configuration(api),
        recorded=settings.recorded(api) if _is_of_today(api) else None,
        control_planes=health.control_plane_seen(api),
        programs=_programs(api),
    )


def _is_of_today(api: ClusterApi) -> bool:
    """Tell whether the record is in the form that is read; an older one is refused later, with words."""
    found = settings.read_configuration(api)
    components = (found.get(name) or {} for name in ("apiServer", "controllerManager", "scheduler"))
    return all(isinstance(one.get("extraArgs") or [], list) for one in components)


def _node(item: Any, node: NodeSeen) -> NodeStanding:  # noqa: ANN401 - the client has no types
    addresses = (one.address for one in item.status.addresses or [] if one.type == "InternalIP")
    return NodeStanding(
        node=node,
        runtime=item.status.node_info.container_runtime_version or "",
        operating_system=item.status.node_info.operating_system or "",
        cri_socket=(item.metadata.annotations or {}).get(_CRI_SOCKET, ""),
        addresses=tuple(addresses),
        pod_cidrs=tuple(_pod_cidrs(item.spec) or ()),
    )


def _pod_cidrs(spec: Any) -> Any:  # noqa: ANN401 - the client has no types
    """Clients of different generations spell the field otherwise."""
    return getattr(spec, "pod_cidrs", None) or getattr(spec, "pod_cid_rs", None)


def _authority(api: ClusterApi) -> str:
    """Return the digest of the first certificate that clients inside the cluster trust, "" where there is none."""
    body = settings.read_data(api, _AUTHORITY, "ca.crt").partition(_BEGIN)[2].partition(_END)[0]
    try:
        der = base64.b64decode("".join(body.split()), validate=True)
    except binascii.Error:
        return ""
    return f"sha256:{hashlib.sha256(der).hexdigest()}" if der else ""


def _programs(api: ClusterApi) -> tuple[str, ...]:
    apps = client.AppsV1Api(api.client)
    listed = (apps.list_daemon_set_for_all_namespaces, apps.list_deployment_for_all_namespaces)
    found = (item.metadata for function in listed for item in api.run(function).items)
    return tuple(sorted(f"{one.namespace}/{one.name}" for one in found))
