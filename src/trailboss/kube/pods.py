"""Pods on nodes: which of them a drain takes away, and what would be lost with them."""

from typing import Any

from trailboss.kube.api import ClusterApi
from trailboss.model.base import Frozen
from trailboss.plan.observation import LOCAL_DATA, UNMANAGED

_MIRROR = "kubernetes.io/config.mirror"
_UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
_FINISHED = ("Succeeded", "Failed")


class PodOnNode(Frozen):
    """A pod that stands in the way of taking its node out of service.

    `workload`: whose it is, such as "Deployment/web"; "Pod/NAME" where nobody's.
    `ending`: it was told to end. `returns`: a cordon does not keep it, or what replaces it, off the node.
    `risks`: what would be lost with it, in the words of PodAtRisk; nothing of one that ends already.
    """

    node: str
    namespace: str
    name: str
    uid: str
    workload: str = ""
    labels: dict[str, str] = {}
    ready: bool = False
    ending: bool = False
    returns: bool = False
    risks: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


def pods_to_evict(api: ClusterApi, node: str) -> tuple[PodOnNode, ...]:
    """Return the pods on `node` that a drain takes away, sorted by namespace and name.

    Left out are static pods, which the kubelet alone runs, pods of DaemonSets, which belong to the node, and finished
    ones, which nothing disturbs any more.
    """
    items = api.run(api.core.list_pod_for_all_namespaces, field_selector=f"spec.nodeName={node}").items
    found = (_seen(pod) for pod in items if not _stays(pod))
    return tuple(sorted(found, key=lambda pod: (pod.namespace, pod.name)))


def _stays(pod: Any) -> bool:  # noqa: ANN401 - the client has no types
    mirror = _MIRROR in (pod.metadata.annotations or {})
    return mirror or pod.status.phase in _FINISHED or _controller(pod) == "DaemonSet"


def _seen(pod: Any) -> PodOnNode:  # noqa: ANN401 - the client has no types
    ending = pod.metadata.deletion_timestamp is not None
    conditions = {condition.type: condition.status for condition in pod.status.conditions or []}
    return PodOnNode(
        node=pod.spec.node_name,
        namespace=pod.metadata.namespace,
        name=pod.metadata.name,
        uid=pod.metadata.uid,
        workload=_workload(pod),
        labels=pod.metadata.labels or {},
        ready=conditions.get("Ready") == "True",
        ending=ending,
        returns=any(_outlasts_cordon(toleration) for toleration in pod.spec.tolerations or []),
        risks=() if ending else _risks(pod),
    )


def _risks(pod: Any) -> tuple[str, ...]:  # noqa: ANN401 - the client has no types
    unmanaged = [UNMANAGED] if not _controller(pod) else []
    local = any(volume.empty_dir is not None for volume in pod.spec.volumes or [])
    return (*unmanaged, *([LOCAL_DATA] if local else []))


def _controller(pod: Any) -> str:  # noqa: ANN401 - the client has no types
    """Return the kind of the pod's controller, "" if it has none."""
    owner = _owner(pod)
    return str(owner.kind) if owner else ""


def _owner(pod: Any) -> Any:  # noqa: ANN401 - the client has no types
    return next((owner for owner in pod.metadata.owner_references or [] if owner.controller), None)


def _workload(pod: Any) -> str:  # noqa: ANN401 - the client has no types
    """Name a ReplicaSet of a Deployment's after the Deployment: its name is that, and the hash in the pod's label."""
    owner = _owner(pod)
    if owner is None:
        return f"Pod/{pod.metadata.name}"
    ending = f"-{(pod.metadata.labels or {}).get('pod-template-hash', '')}"
    if owner.kind == "ReplicaSet" and len(ending) > 1 and owner.name.endswith(ending):
        return f"Deployment/{owner.name.removesuffix(ending)}"
    return f"{owner.kind}/{owner.name}"


def _outlasts_cordon(toleration: Any) -> bool:  # noqa: ANN401 - the client has no types
    if toleration.effect not in (None, "", "NoSchedule"):
        return False
    if toleration.operator == "Exists":
        return toleration.key in (None, "", _UNSCHEDULABLE)
    return toleration.key == _UNSCHEDULABLE and not toleration.value
