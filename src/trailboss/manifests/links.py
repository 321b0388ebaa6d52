"""Which fields of which objects name another object, and what kind it may be."""

from collections.abc import Iterator
from dataclasses import dataclass

from trailboss.manifests.group import Group
from trailboss.manifests.objects import KubeObject
from trailboss.manifests.schema.kinds import CLUSTER_INFRASTRUCTURE, MACHINE_INFRASTRUCTURE, WORKER_POOLS

Way = tuple[str, ...]

INFRASTRUCTURE: Way = ("spec", "infrastructureRef")
CONTROL_PLANE_REF: Way = ("spec", "controlPlaneRef")
CONFIG_REF: Way = ("spec", "template", "spec", "bootstrap", "configRef")
_POOL_TEMPLATE: Way = ("spec", "template", "spec", "infrastructureRef")
_CONTROL_PLANE_TEMPLATES: tuple[Way, ...] = (
    ("spec", "machineTemplate", "spec", "infrastructureRef"),
    ("spec", "machineTemplate", "infrastructureRef"),
    ("spec", "infrastructureTemplate"),
)
"""Where KubeadmControlPlane names its template: since v1beta2, since v1alpha4, in v1alpha3."""


@dataclass(frozen=True)
class Link:
    """A reference that `item` makes at `way`. `alone`: what it names belongs to nobody else."""

    item: KubeObject
    way: Way
    kinds: tuple[str, ...]
    alone: bool = False

    def named(self, key: str) -> object:
        return self.item.look(*self.way, key)

    def target(self, group: Group) -> KubeObject | None:
        kind, name = self.named("kind"), self.named("name")
        return next((other for other in group.objects if (other.kind.name, other.name) == (kind, name)), None)


def links(group: Group) -> Iterator[Link]:
    """Yield every reference of a group."""
    for item in group.of_kinds("Cluster"):
        yield Link(item, INFRASTRUCTURE, CLUSTER_INFRASTRUCTURE, alone=True)
        if item.look(*CONTROL_PLANE_REF):
            yield Link(item, CONTROL_PLANE_REF, ("KubeadmControlPlane",), alone=True)
    for item in group.of_kinds("Machine"):
        yield Link(item, INFRASTRUCTURE, MACHINE_INFRASTRUCTURE, alone=True)
    for item in group.of_kinds("KubeadmControlPlane", *WORKER_POOLS):
        yield template_link(item)
    for item in group.of_kinds(*WORKER_POOLS):
        if item.look(*CONFIG_REF):
            yield config_link(item)


def template_link(pool: KubeObject) -> Link:
    """Return the reference to the template that a pool makes its machines of."""
    ways = _CONTROL_PLANE_TEMPLATES if pool.kind.name == "KubeadmControlPlane" else (_POOL_TEMPLATE,)
    return Link(pool, next((way for way in ways if pool.look(*way)), ways[0]), ("SSHMachineTemplate",))


def config_link(pool: KubeObject) -> Link:
    """Return the reference to the kubeadm configuration of a pool of workers."""
    return Link(pool, CONFIG_REF, ("KubeadmConfigTemplate",))
