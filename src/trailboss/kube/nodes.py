"""Nodes as the API has them, and the little that Trailboss writes on them."""

from typing import Any

from kubernetes.client.exceptions import ApiException

from trailboss.kube.api import ClusterApi
from trailboss.model.machine import Machine, Taint
from trailboss.plan.observation import NodeSeen

_NOT_FOUND = 404
_CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
# Which keys are ours is written on the node, so that a label taken out of the manifest is taken off the node,
# and one that somebody else set is left alone.
OWNED_LABELS = "trailboss.dev/labels"
OWNED_TAINTS = "trailboss.dev/taints"
CORDONED_BY = "trailboss.dev/cordoned-by"
OURS = "change "
"""How what `CORDONED_BY` says begins where it was Trailboss; the change's id follows."""


def list_nodes(api: ClusterApi) -> tuple[NodeSeen, ...]:
    """Return all nodes, sorted by name."""
    items = api.run(api.core.list_node).items
    return tuple(sorted((_seen(item) for item in items), key=lambda node: node.name))


def find(api: ClusterApi, name: str) -> NodeSeen | None:
    """Return one node, None where there is none of this name."""
    item = read(api, name)
    return None if item is None else _seen(item)


def read(api: ClusterApi, name: str) -> Any:  # noqa: ANN401 - the client has no types
    """Return one node as the client has it, None where there is none of this name."""
    try:
        return api.run(api.core.read_node, name)
    except ApiException as error:
        if error.status == _NOT_FOUND:
            return None
        raise


def describe(api: ClusterApi, machine: Machine) -> bool:
    """Set labels and taints of `machine`'s node as the manifest has them; tell whether anything had to change."""
    node = api.run(api.core.read_node, machine.name)
    patch = _patch(node, machine)
    if patch:
        api.run(api.core.patch_node, machine.name, patch)
    return bool(patch)


def claim(api: ClusterApi, machine: Machine) -> None:
    """Write down which labels and taints of `machine`'s node the manifest has; where these differ, nothing is done."""
    patch = _patch(api.run(api.core.read_node, machine.name), machine)
    if patch and "spec" not in patch and not patch["metadata"]["labels"]:
        api.run(api.core.patch_node, machine.name, patch)


def forget(api: ClusterApi, name: str) -> None:
    """Delete the node object; it need not be there."""
    try:
        api.run(api.core.delete_node, name)
    except ApiException as error:
        if error.status != _NOT_FOUND:
            raise


def forget_etcd_pod(api: ClusterApi, name: str) -> None:
    """Delete the pod that stands for a node's etcd, which kubeadm asks for members by; it need not be there."""
    try:
        api.run(api.core.delete_namespaced_pod, f"etcd-{name}", "kube-system", grace_period_seconds=0)
    except ApiException as error:
        if error.status != _NOT_FOUND:
            raise


def _patch(node: Any, machine: Machine) -> dict[str, Any]:  # noqa: ANN401 - the client has no types
    annotations = node.metadata.annotations or {}
    labels = _label_changes(node.metadata.labels or {}, annotations.get(OWNED_LABELS, ""), machine.labels)
    patch: dict[str, Any] = {}
    owned: dict[str, str] = {}
    if labels or annotations.get(OWNED_LABELS, "") != ",".join(sorted(machine.labels)):
        owned[OWNED_LABELS] = ",".join(sorted(machine.labels))
    if machine.taints is not None:
        wanted = _taints(node, annotations.get(OWNED_TAINTS), machine.taints)
        names = ",".join(sorted(_taint_name(taint) for taint in machine.taints))
        if wanted is not None:
            patch["spec"] = {"taints": wanted}
        if annotations.get(OWNED_TAINTS) != names:
            owned[OWNED_TAINTS] = names
    if labels or owned:
        patch["metadata"] = {"labels": labels, "annotations": owned}
    return patch


def _label_changes(seen: dict[str, str], owned: str, wanted: dict[str, str]) -> dict[str, str | None]:
    changes: dict[str, str | None] = {key: value for key, value in wanted.items() if seen.get(key) != value}
    changes.update({key: None for key in owned.split(",") if key and key not in wanted and key in seen})
    return changes


def _taints(node: Any, owned: str | None, wanted: tuple[Taint, ...]) -> list[dict[str, str]] | None:  # noqa: ANN401
    """Return the whole new list of taints, or None if it is right; taints that others set are kept."""
    seen = [Taint(key=taint.key, value=taint.value or "", effect=taint.effect) for taint in node.spec.taints or []]
    ours = set((owned or "").split(",")) | {f"{_CONTROL_PLANE}:NoSchedule"}
    kept = [taint for taint in seen if taint in wanted or _taint_name(taint) not in ours]
    new = kept + [taint for taint in wanted if taint not in kept]
    if [taint.model_dump() for taint in new] == [taint.model_dump() for taint in seen]:
        return None
    return [taint.model_dump() for taint in new]


def _taint_name(taint: Taint) -> str:
    return f"{taint.key}:{taint.effect}"


def cordoned_by(item: Any) -> str:  # noqa: ANN401 - the client has no types
    """Return the change of Trailboss's that took the node out of service, "" where nobody did or somebody else."""
    by = str((item.metadata.annotations or {}).get(CORDONED_BY, ""))
    return by if by.startswith(OURS) else ""


def _names(written: str | None) -> tuple[str, ...]:
    return tuple(name for name in (written or "").split(",") if name)


def _seen(item: Any) -> NodeSeen:  # noqa: ANN401 - the client has no types
    addresses = {address.type: address.address for address in item.status.addresses or []}
    conditions = {condition.type: condition.status for condition in item.status.conditions or []}
    labels, annotations = item.metadata.labels or {}, item.metadata.annotations or {}
    return NodeSeen(
        name=item.metadata.name,
        ready=conditions.get("Ready") == "True",
        kubelet_version=item.status.node_info.kubelet_version.removeprefix("v"),
        internal_address=addresses.get("InternalIP", ""),
        pod_cidr=item.spec.pod_cidr or "",
        labels=labels,
        taints=tuple(Taint(key=t.key, value=t.value or "", effect=t.effect) for t in item.spec.taints or []),
        unschedulable=bool(item.spec.unschedulable),
        machine_id=item.status.node_info.machine_id,
        control_plane=_CONTROL_PLANE in labels,
        owned_labels=_names(annotations.get(OWNED_LABELS)),
        owned_taints=_names(annotations.get(OWNED_TAINTS)),
        cordoned_by=cordoned_by(item),
    )
