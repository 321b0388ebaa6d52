"""Pods, services, machines and the endpoint must not take addresses from each other."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from trailboss.manifests.group import Group
from trailboss.manifests.normalise.draft import Draft
from trailboss.manifests.reading.place import FieldPlace
from trailboss.manifests.schema.addresses import is_ip
from trailboss.model.problem import Problem

_NODE_PREFIX = 24
"""Each node gets a /24 of the pod range: the controller manager's default."""
_LONGEST_SERVICE_PREFIX = 28
"""kubeadm asks for at least ten service addresses."""


def overlap_problems(draft: Draft, _group: Group) -> Iterator[Problem]:
    pods, services = IPv4Network(draft.cluster.pod_cidr), IPv4Network(draft.cluster.service_cidr)
    if not draft.unread and pods.overlaps(services):
        yield draft.at("service_cidr").problem(
            "the services' range overlaps the pods' range",
            found=f"services {services}, pods {pods}",
            allowed="two ranges that share no address",
        )


def inside_problems(draft: Draft, _group: Group) -> Iterator[Problem]:
    """Yield addresses of machines and of the endpoint that lie in the pods' or services' range."""
    for place, address in _addresses(draft):
        for name, field in (("pods", "pod_cidr"), ("services", "service_cidr")):
            text = getattr(draft.cluster, field)
            if field not in draft.unread and is_ip(address) and IPv4Address(address) in IPv4Network(text):
                yield place.problem(
                    f"lies in the {name}' range, so that the cluster would route it to itself",
                    found=f"{address} in {text}",
                    allowed=f"an address outside {text}, or another spec.clusterNetwork.{name}.cidrBlocks",
                )


def size_problems(draft: Draft, _group: Group) -> Iterator[Problem]:
    """Yield ranges that are too small for their cluster."""
    pods, services = IPv4Network(draft.cluster.pod_cidr), IPv4Network(draft.cluster.service_cidr)
    node_prefix = _node_prefix(draft)
    room = 2 ** (node_prefix - pods.prefixlen) if pods.prefixlen <= node_prefix else 0
    machines = len(draft.machines)
    if machines > room and draft.infrastructure_read and "pod_cidr" not in draft.unread:
        yield draft.at("pod_cidr").problem(
            f"the pods' range is too small: every machine takes a /{node_prefix} of it",
            found=f"{pods}, room for {room} machines, and {machines} machines",
            allowed="a larger range, such as 10.244.0.0/16",
        )
    if services.prefixlen > _LONGEST_SERVICE_PREFIX:
        yield draft.at("service_cidr").problem(
            "the services' range is too small", found=str(services), allowed="a /28 or larger, such as 10.96.0.0/12"
        )


def _addresses(draft: Draft) -> Iterator[tuple[FieldPlace, str]]:
    for item in draft.machines:
        yield item.at("address"), item.machine.address
        if item.machine.private_address:
            yield item.at("private_address"), item.machine.private_address
    if draft.cluster.endpoint:
        yield draft.at("endpoint"), draft.cluster.endpoint.host


def _node_prefix(draft: Draft) -> int:
    arguments = draft.cluster.kubeadm.controller_manager_extra_args
    size = arguments.get("node-cidr-mask-size-ipv4") or arguments.get("node-cidr-mask-size") or ""
    return int(size) if size.isdecimal() else _NODE_PREFIX
