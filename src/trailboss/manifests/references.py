"""Which objects belong together: references by kind and name, in both directions."""

from collections.abc import Iterator
from dataclasses import dataclass

from trailboss.manifests.group import Group
from trailboss.manifests.hosts import PoolObjects, pools, pools_of
from trailboss.manifests.links import INFRASTRUCTURE, Link, links
from trailboss.manifests.objects import KubeObject
from trailboss.manifests.reading.words import show
from trailboss.manifests.schema.kinds import (
    CLUSTER_INFRASTRUCTURE,
    KINDS,
    MACHINE_INFRASTRUCTURE,
    POOLS,
    WORKER_POOLS,
    Kind,
)
from trailboss.manifests.suggest import did_you_mean
from trailboss.model.problem import Problem


@dataclass(frozen=True)
class MachineObjects:
    machine: KubeObject
    infrastructure: KubeObject | None


@dataclass(frozen=True)
class ClusterObjects:
    """Everything of one cluster. `infrastructure` None: the reference leads nowhere."""

    cluster: KubeObject
    infrastructure: KubeObject | None
    machines: tuple[MachineObjects, ...]
    pools: tuple[PoolObjects, ...] = ()


def join(group: Group) -> tuple[ClusterObjects, ...]:
    """Return the clusters of a group with what belongs to them, as far as references lead."""
    return tuple(
        ClusterObjects(cluster, target(group, cluster), _machines_of(group, cluster.name), pools_of(group, cluster))
        for cluster in group.of_kinds("Cluster")
    )


def target(group: Group, item: KubeObject) -> KubeObject | None:
    """Return the object that `item`'s infrastructureRef names."""
    return Link(item, INFRASTRUCTURE, ()).target(group)


def reference_problems(group: Group) -> Iterator[Problem]:
    """Yield what is wrong between the objects of a group."""
    yield from _duplicates(group)
    for link in links(group):
        yield from _reference(group, link)
    for item in group.of_kinds("Machine", *WORKER_POOLS):
        yield from _cluster_name(group, item)
    yield from _shared(group)
    yield from _unused(group)


def _machines_of(group: Group, cluster: str) -> tuple[MachineObjects, ...]:
    return tuple(
        MachineObjects(machine, target(group, machine))
        for machine in group.of_kinds("Machine")
        if machine.look("spec", "clusterName") == cluster
    )


def _duplicates(group: Group) -> Iterator[Problem]:
    first: dict[tuple[str, str], KubeObject] = {}
    for item in group.objects:
        before = first.setdefault((item.kind.name, item.name), item)
        if before is not item and item.name and not item.is_half:
            message = f"a second {item.kind.name} of this name; each needs its own"
            yield item.problem(("metadata", "name"), message, found=f"{item.name}, first in {before.origin}")


def _reference(group: Group, link: Link) -> Iterator[Problem]:
    item, kinds = link.item, link.kinds
    kind, name = link.named("kind"), link.named("name")
    if not isinstance(kind, str) or not isinstance(name, str):
        return  # its shape's problem says so already
    if kind not in kinds:
        hint = did_you_mean(kind, kinds)
        yield item.problem(
            (*link.way, "kind"), f"not a kind for a {item.kind.name}{hint}", found=kind, allowed=", ".join(kinds)
        )
        return
    yield from _group_named(link, KINDS[kind])
    if link.target(group) is None and not group.may_hide(name):
        names = [other.name for other in group.of_kinds(kind)]
        message = f"refers to {_a(kind)} that is not in this folder{did_you_mean(name, names)}"
        yield item.problem((*link.way, "name"), message, found=name, allowed=_listed(names))


def _group_named(link: Link, kind: Kind) -> Iterator[Problem]:
    group_name = str(link.named("apiGroup") or link.named("apiVersion") or "").partition("/")[0]
    if group_name != kind.group:
        key = "apiGroup" if link.named("apiGroup") else "apiVersion"
        allowed = kind.group if key == "apiGroup" else kind.api_versions
        message = f"not the group of {kind.name}"
        yield link.item.problem((*link.way, key), message, found=show(link.named(key)), allowed=allowed)


def _a(kind: str) -> str:
    return f"a {kind}" if kind in POOLS or kind == "KubeadmConfigTemplate" else f"an {kind}"


def _cluster_name(group: Group, machine: KubeObject) -> Iterator[Problem]:
    name = machine.look("spec", "clusterName")
    names = [cluster.name for cluster in group.of_kinds("Cluster")]
    if not isinstance(name, str) or name in names or group.may_hide("kind: Cluster"):
        return
    message = f"a machine of a cluster that is not in this folder{did_you_mean(name, names)}"
    yield machine.problem(("spec", "clusterName"), message, found=name, allowed=_listed(names))


def _shared(group: Group) -> Iterator[Problem]:
    first: dict[tuple[str, str], KubeObject] = {}
    for link in links(group):
        item, other = link.item, link.target(group)
        if other is None or not link.alone:
            continue
        before = first.setdefault((other.kind.name, other.name), item)
        if before is not item:
            message = f"this {other.kind.name} belongs to another {item.kind.name} already; each needs its own"
            found = f"{other.name}, which {before.kind.name} {before.name} in {before.origin} refers to"
            yield item.problem((*link.way, "name"), message, found=found)


_OWNERS = {
    **dict.fromkeys(CLUSTER_INFRASTRUCTURE, "Cluster"),
    **dict.fromkeys(MACHINE_INFRASTRUCTURE, "Machine"),
    "KubeadmControlPlane": "Cluster's spec.controlPlaneRef",
    "KubeadmConfigTemplate": "MachineDeployment",
    "SSHMachineTemplate": "KubeadmControlPlane or MachineDeployment",
}
"""Kind → who refers to an object of it."""


def _unused(group: Group) -> Iterator[Problem]:
    used = {(link.named("kind"), link.named("name")) for link in links(group)}
    used |= {(host.kind.name, host.name) for pool in pools(group) for host in pool.matching}
    unread = any(template.shape is None for template in group.of_kinds("SSHMachineTemplate"))
    for item in group.of_kinds(*_OWNERS):
        if (item.kind.name, item.name) in used or not item.name or group.may_hide(item.name):
            continue
        if item.kind.name == "SSHMachine" and unread:
            continue  # a hostSelector that cannot be read may match it
        selector = " and no hostSelector matches it" if group.of_kinds("SSHMachineTemplate") else ""
        also = selector if item.kind.name == "SSHMachine" else ""
        message = f"no {_OWNERS[item.kind.name]} refers to this {item.kind.name}{also}; add one, or take this out"
        yield item.problem(("metadata", "name"), message, found=item.name)


def _listed(names: list[str]) -> str:
    return ", ".join(sorted(names)) if names else "one that is added to this folder"
