"""Which objects belong together: references by kind and name, in both directions."""

from collections.abc import Iterator
from dataclasses import dataclass

from trailboss.manifests.group import Group
from trailboss.manifests.objects import KubeObject
from trailboss.manifests.reading.words import show
from trailboss.manifests.schema.kinds import CLUSTER_INFRASTRUCTURE, KINDS, MACHINE_INFRASTRUCTURE
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


def join(group: Group) -> tuple[ClusterObjects, ...]:
    """Return the clusters of a group with what belongs to them, as far as references lead."""
    return tuple(
        ClusterObjects(cluster, target(group, cluster), _machines_of(group, cluster.name))
        for cluster in group.of_kinds("Cluster")
    )


def target(group: Group, item: KubeObject) -> KubeObject | None:
    """Return the object that `item`'s infrastructureRef names."""
    kind, name = item.look("spec", "infrastructureRef", "kind"), item.look("spec", "infrastructureRef", "name")
    return next((other for other in group.objects if (other.kind.name, other.name) == (kind, name)), None)


def reference_problems(group: Group) -> Iterator[Problem]:
    """Yield what is wrong between the objects of a group."""
    yield from _duplicates(group)
    for item in group.of_kinds("Cluster"):
        yield from _reference(group, item, CLUSTER_INFRASTRUCTURE)
    for item in group.of_kinds("Machine"):
        yield from _reference(group, item, MACHINE_INFRASTRUCTURE)
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


def _reference(group: Group, item: KubeObject, kinds: tuple[str, ...]) -> Iterator[Problem]:
    location = ("spec", "infrastructureRef")
    kind, name = item.look(*location, "kind"), item.look(*location, "name")
    if not isinstance(kind, str) or not isinstance(name, str):
        return  # its shape's problem says so already
    if kind not in kinds:
        hint = did_you_mean(kind, kinds)
        yield item.problem(
            (*location, "kind"), f"not a kind for a {item.kind.name}{hint}", found=kind, allowed=", ".join(kinds)
        )
        return
    group_name = str(item.look(*location, "apiGroup") or item.look(*location, "apiVersion") or "").partition("/")[0]
    if group_name != KINDS[kind].group:
        key = "apiGroup" if item.look(*location, "apiGroup") else "apiVersion"
        found, allowed = (
            show(item.look(*location, key)),
            KINDS[kind].group if key == "apiGroup" else KINDS[kind].api_versions,
        )
        yield item.problem((*location, key), f"not the group of {kind}", found=found, allowed=allowed)
    if target(group, item) is None and not group.may_hide(name):
        names = [other.name for other in group.of_kinds(kind)]
        message = f"refers to an {kind} that is not in this folder{did_you_mean(name, names)}"
        yield item.problem((*location, "name"), message, found=name, allowed=_listed(names))


def _cluster_name(group: Group, machine: KubeObject) -> Iterator[Problem]:
    name = machine.look("spec", "clusterName")
    names = [cluster.name for cluster in group.of_kinds("Cluster")]
    if not isinstance(name, str) or name in names or group.may_hide("kind: Cluster"):
        return
    message = f"a machine of a cluster that is not in this folder{did_you_mean(name, names)}"
    yield machine.problem(("spec", "clusterName"), message, found=name, allowed=_listed(names))


def _shared(group: Group) -> Iterator[Problem]:
    first: dict[tuple[str, str], KubeObject] = {}
    for item in group.of_kinds("Cluster", "Machine"):
        other = target(group, item)
        if other is None:
            continue
        before = first.setdefault((other.kind.name, other.name), item)
        if before is not item:
            message = f"this {other.kind.name} belongs to another {item.kind.name} already; each needs its own"
            found = f"{other.name}, which {before.kind.name} {before.name} in {before.origin} refers to"
            yield item.problem(("spec", "infrastructureRef", "name"), message, found=found)


def _unused(group: Group) -> Iterator[Problem]:
    used = {
        (item.look("spec", "infrastructureRef", "kind"), item.look("spec", "infrastructureRef", "name"))
        for item in group.of_kinds("Cluster", "Machine")
    }
    for item in group.of_kinds(*CLUSTER_INFRASTRUCTURE, *MACHINE_INFRASTRUCTURE):
        if (item.kind.name, item.name) in used or not item.name or group.may_hide(item.name):
            continue
        owner = "Cluster" if item.kind.name in CLUSTER_INFRASTRUCTURE else "Machine"
        message = f"no {owner} refers to this {item.kind.name}; add one, or take this out"
        yield item.problem(("metadata", "name"), message, found=item.name)


def _listed(names: list[str]) -> str:
    return ", ".join(sorted(names)) if names else "one that is added to this folder"
