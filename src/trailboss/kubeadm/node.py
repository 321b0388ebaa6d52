"""How a node registers: the part that init and join have in common."""

from trailboss.kubeadm.documents import CRI_SOCKET, Document, arguments
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine, Taint

API_PORT = 6443
"""Where each API server listens; the cluster's endpoint may have another port, a load balancer's."""


def node_registration(cluster: Cluster, machine: Machine) -> Document:
    registration: Document = {
        "name": machine.name,
        "criSocket": CRI_SOCKET,
        "kubeletExtraArgs": arguments({"node-ip": machine.node_address}),
        # Images are brought beforehand, several at a time; what is missing all the same is pulled likewise.
        "imagePullPolicy": "IfNotPresent",
        "imagePullSerial": False,
    }
    if machine.taints is not None:
        registration["taints"] = [_taint(taint) for taint in machine.taints]
    if cluster.kubeadm.ignore_preflight_errors:
        registration["ignorePreflightErrors"] = list(cluster.kubeadm.ignore_preflight_errors)
    return registration


def local_endpoint(machine: Machine) -> Document:
    return {"advertiseAddress": machine.node_address, "bindPort": API_PORT}


def timeouts() -> Document:
    # A wrong or dead endpoint is told after two minutes rather than five; the other waits keep kubeadm's defaults,
    # which slow hosts need.
    return {"discovery": "2m0s"}


def _taint(taint: Taint) -> Document:
    value = {"value": taint.value} if taint.value else {}
    return {"key": taint.key, **value, "effect": taint.effect}
