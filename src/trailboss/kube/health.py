"""How the control plane itself is: its pods, which deprecated APIs are still asked for."""

import re
from collections import defaultdict
from typing import Any

from trailboss.kube.api import ClusterApi
from trailboss.plan.observation import ControlPlaneSeen, DeprecatedApi

_FIELDS = {
    "kube-apiserver": "api_server",
    "kube-controller-manager": "controller_manager",
    "kube-scheduler": "scheduler",
    "etcd": "etcd",
}
_SELECTOR = f"tier=control-plane,component in ({','.join(_FIELDS)})"  # kubeadm's labels on its static pods
_DEPRECATED = re.compile(r"^apiserver_requested_deprecated_apis\{(.*)\} (\S+)$", re.MULTILINE)
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def control_plane_seen(api: ClusterApi) -> dict[str, ControlPlaneSeen]:
    """Return the control plane's components by node, as their static pods show them."""
    pods = api.run(api.core.list_namespaced_pod, "kube-system", label_selector=_SELECTOR).items
    on_node = defaultdict(list)
    for pod in sorted(pods, key=lambda pod: str(pod.metadata.name)):
        on_node[pod.spec.node_name or ""].append(pod)
    return {node: _seen(found) for node, found in sorted(on_node.items()) if node}


def deprecated_apis(api: ClusterApi) -> tuple[DeprecatedApi, ...]:
    """Return the deprecated APIs that were asked of this one API server since it started."""
    return parse_deprecated(api.call("GET", "/metrics"))


def parse_deprecated(metrics: str) -> tuple[DeprecatedApi, ...]:
    """Read a gauge of an API server's metrics; `removed_in` is "" of what no release is known to remove.

    A line: apiserver_requested_deprecated_apis{group="",removed_release="",resource="endpoints",…,version="v1"} 1
    """
    found = {
        _deprecated(dict(_LABEL.findall(labels))) for labels, value in _DEPRECATED.findall(metrics) if value != "0"
    }
    return tuple(sorted(found, key=lambda one: (one.removed_in, one.group_version, one.resource)))


def _deprecated(labels: dict[str, str]) -> DeprecatedApi:
    group, version = labels.get("group", ""), labels.get("version", "")
    return DeprecatedApi(
        group_version=f"{group}/{version}" if group else version,
        resource=labels.get("resource", ""),
        removed_in=labels.get("removed_release", ""),
    )


def _seen(pods: list[Any]) -> ControlPlaneSeen:
    versions = {_FIELDS[pod.metadata.labels["component"]]: _version(pod) for pod in pods}
    reasons = ((str(pod.metadata.name), _not_ready(pod)) for pod in pods)
    return ControlPlaneSeen(**versions, unhealthy=tuple(f"{name}: {why}" for name, why in reasons if why))


def _version(pod: Any) -> str:  # noqa: ANN401 - the client has no types
    """Return the tag of the component's image without its v; a digest may follow the tag."""
    component = pod.metadata.labels["component"]
    image = next((str(part.image) for part in pod.spec.containers if part.name == component), "")
    _, _, tag = image.partition("@")[0].rpartition("/")[2].partition(":")
    return tag.removeprefix("v")


def _not_ready(pod: Any) -> str:  # noqa: ANN401 - the client has no types
    """Return why a pod is not Ready, "" if it is."""
    ready = next((condition for condition in pod.status.conditions or [] if condition.type == "Ready"), None)
    if ready is not None and ready.status == "True":
        return ""
    states = (container.state for container in pod.status.container_statuses or [])
    waiting = next((state.waiting.reason for state in states if state and state.waiting), None)
    return str(waiting or (ready and (ready.message or ready.reason)) or pod.status.phase or "not Ready")
