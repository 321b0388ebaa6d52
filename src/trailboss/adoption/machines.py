"""A node → its Machine and SSHMachine."""

from trailboss.adoption.document import Document, Field
from trailboss.adoption.seen import NodeStanding, Wish
from trailboss.model.machine import Taint

_CONTROL_PLANE = Taint(key="node-role.kubernetes.io/control-plane", effect="NoSchedule")
_OF_KUBERNETES = ("kubernetes.io", "k8s.io")
_USERS = ("node-restriction.kubernetes.io", "node-role.kubernetes.io")
_NOT_A_USERS = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")
_COME_AND_GO = ("node.kubernetes.io", "node.cloudprovider.kubernetes.io", "node.cilium.io", "node.cluster.x-k8s.io")
_CLUSTER_API = "cluster.x-k8s.io/v1beta1"
_OURS = "trailboss.dev/v1alpha1"


def machine(node: NodeStanding, wish: Wish) -> tuple[Document, Document]:
    reference = {"apiVersion": Field(_OURS), "kind": Field("SSHMachine"), "name": Field(node.name)}
    metadata = {"name": Field(node.name)}
    return (
        {
            "apiVersion": Field(_CLUSTER_API),
            "kind": Field("Machine"),
            "metadata": metadata,
            "spec": {"clusterName": Field(wish.name), "bootstrap": Field({}), "infrastructureRef": reference},
        },
        {"apiVersion": Field(_OURS), "kind": Field("SSHMachine"), "metadata": metadata, "spec": _spec(node, wish)},
    )


def _spec(node: NodeStanding, wish: Wish) -> Document:
    role = "control-plane" if node.node.control_plane else "worker"
    address = wish.addresses.get(node.name, node.address)
    origin = "--address" if node.name in wish.addresses else "the node's InternalIP"
    spec: Document = {"role": Field(role, "the node's label"), "address": Field(address, origin)}
    if address != node.address:
        spec["privateAddress"] = Field(node.address, "the node's InternalIP")
    if labels := users_labels(node):
        spec["labels"] = Field(labels, "labels of the node that are not Kubernetes' own")
    taints = users_taints(node)
    if taints != ([_CONTROL_PLANE] if node.node.control_plane else []):
        spec["taints"] = Field([taint.model_dump() for taint in taints], "taints of the node")
    return spec


def users_labels(node: NodeStanding) -> dict[str, str]:
    """Return labels that neither Kubernetes nor a cloud provider keeps."""
    return {key: value for key, value in sorted(node.node.labels.items()) if _is_users(key)}


def _is_users(key: str) -> bool:
    domain = key.rpartition("/")[0]
    theirs = any(domain == one or domain.endswith(f".{one}") for one in _OF_KUBERNETES)
    return key not in _NOT_A_USERS and (not theirs or domain in _USERS)


def users_taints(node: NodeStanding) -> list[Taint]:
    """Return taints that stay, other than those that tell how a node is at the moment."""
    return [taint for taint in node.node.taints if taint.key.rpartition("/")[0] not in _COME_AND_GO]
