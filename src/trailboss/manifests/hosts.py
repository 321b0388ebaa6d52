"""Which SSHMachines a KubeadmControlPlane, MachineDeployment or MachineSet picks.

Hosts exist; nothing makes them up. A pool takes the first `replicas` of the SSHMachines that its template's
hostSelector matches and that no Machine refers to, in the order of their names. It depends on the manifests alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from trailboss.manifests.group import Group
from trailboss.manifests.links import INFRASTRUCTURE, Link, config_link, template_link
from trailboss.manifests.objects import KubeObject
from trailboss.manifests.schema.control_plane import KubeadmControlPlaneManifest
from trailboss.manifests.schema.host_templates import SSHMachineTemplateManifest
from trailboss.manifests.schema.kinds import POOLS, WORKER_POOLS
from trailboss.manifests.schema.pools import MachineDeploymentManifest, MachineSetManifest
from trailboss.model.machine import Role


@dataclass(frozen=True)
class PoolObjects:
    """What picks hosts, and what it picks. `matching`: all that it could have, in order; `hosts`: the first of them.

    `template` and `config` None: the reference leads nowhere, or there is none.
    """

    owner: KubeObject
    template: KubeObject | None
    config: KubeObject | None
    replicas: int | None
    matching: tuple[KubeObject, ...]

    @property
    def hosts(self) -> tuple[KubeObject, ...]:
        return self.matching[: self.replicas or 0]

    @property
    def role(self) -> Role:
        return "control-plane" if self.owner.kind.name == "KubeadmControlPlane" else "worker"

    @property
    def whole(self) -> bool:
        """Tell whether all hosts are there that it asks for, as far as could be read."""
        read = self.owner.whole and self.template is not None and self.template.whole
        return read and self.replicas is not None and len(self.hosts) == self.replicas

    def __str__(self) -> str:
        return f"{self.owner.kind.name} {self.owner.name}"


def pools(group: Group) -> tuple[PoolObjects, ...]:
    """Return everything of a group that picks hosts."""
    free = _free(group)
    return tuple(_pool(group, owner, free) for owner in group.of_kinds(*POOLS))


def pools_of(group: Group, cluster: KubeObject) -> tuple[PoolObjects, ...]:
    """Return what picks hosts for one cluster."""
    control_plane = Link(cluster, ("spec", "controlPlaneRef"), ("KubeadmControlPlane",)).target(group)
    return tuple(
        pool
        for pool in pools(group)
        if pool.owner is control_plane
        or (pool.owner.kind.name in WORKER_POOLS and pool.owner.look("spec", "clusterName") == cluster.name)
    )


def _pool(group: Group, owner: KubeObject, free: tuple[KubeObject, ...]) -> PoolObjects:
    template = template_link(owner).target(group)
    config = config_link(owner).target(group) if owner.kind.name in WORKER_POOLS else None
    return PoolObjects(owner, template, config, _replicas(owner), tuple(_matching(template, free)))


def _replicas(owner: KubeObject) -> int | None:
    match owner.shape:
        case KubeadmControlPlaneManifest() | MachineDeploymentManifest() | MachineSetManifest() as manifest:
            return manifest.spec.replicas
    return None


def _free(group: Group) -> tuple[KubeObject, ...]:
    machines = group.of_kinds("Machine")
    taken = {(link.named("kind"), link.named("name")) for link in (Link(item, INFRASTRUCTURE, ()) for item in machines)}
    free = (host for host in group.of_kinds("SSHMachine") if (host.kind.name, host.name) not in taken)
    return tuple(sorted(free, key=lambda host: _as_people_count(host.name)))


def _matching(template: KubeObject | None, free: tuple[KubeObject, ...]) -> Iterator[KubeObject]:
    if template is None or not isinstance(template.shape, SSHMachineTemplateManifest):
        return
    selector = template.shape.spec.template.spec.host_selector
    for host in free:
        labels = host.look("metadata", "labels")
        if selector.matches(labels if isinstance(labels, dict) else {}):
            yield host


def _as_people_count(name: str) -> list[tuple[str, int]]:
    """Return a key that sorts w-2 before w-10."""
    return [(text, int(digits or 0)) for text, digits in re.findall(r"(\D*)(\d*)", name)]
