"""nodeRegistration of the kubeadm configurations of one cluster: what its kubelets and nodes are to have."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trailboss.manifests.hosts import PoolObjects
from trailboss.manifests.normalise.from_ssh import taints_of
from trailboss.manifests.reading.place import FieldPlace, Location
from trailboss.manifests.schema.control_plane import KubeadmControlPlaneManifest
from trailboss.manifests.schema.kubeadm_config import KubeadmConfigTemplateManifest, NodeRegistration
from trailboss.model.machine import Taint
from trailboss.model.problem import Problem

_NODE_LABELS = "node-labels"
_NOTHING = NodeRegistration()


@dataclass(frozen=True)
class Registration:
    """What one configuration says of a pool's nodes. `place`: its nodeRegistration, or what lacks one."""

    value: NodeRegistration
    place: FieldPlace

    def at(self, *location: str | int) -> FieldPlace:
        return FieldPlace(self.place.place, (*self.place.location, *location))

    @property
    def arguments(self) -> dict[str, str]:
        return {name: value for name, value in self.value.kubelet_extra_args.items() if name != _NODE_LABELS}

    @property
    def labels(self) -> dict[str, str]:
        """Return the labels that the kubelet was to give its node when it joins."""
        text = self.value.kubelet_extra_args.get(_NODE_LABELS, "")
        pairs = (pair.partition("=") for pair in text.split(",") if pair)
        return {key: value for key, _, value in pairs}

    @property
    def taints(self) -> tuple[Taint, ...] | None:
        return taints_of(self.value.taints)


def registrations(pool: PoolObjects) -> tuple[Registration, ...]:
    """Return what configures a pool's nodes: of control planes both the first one's configuration and the others'."""
    owner, config = pool.owner, pool.config
    if isinstance(owner.shape, KubeadmControlPlaneManifest):
        spec, way = owner.shape.spec.kubeadm_config_spec, ("spec", "kubeadmConfigSpec")
        init = Registration(
            spec.init_configuration.node_registration, owner.at(*way, "initConfiguration", "nodeRegistration")
        )
        join = Registration(
            spec.join_configuration.node_registration, owner.at(*way, "joinConfiguration", "nodeRegistration")
        )
        written = owner.look(*way, "joinConfiguration") is not None
        # One control plane never joins; configuration for that is only compared where there is some.
        return (init, join) if written or (pool.replicas or 0) > 1 else (init,)
    if config is not None and isinstance(config.shape, KubeadmConfigTemplateManifest):
        location: Location = ("spec", "template", "spec", "joinConfiguration", "nodeRegistration")
        join_configuration = config.shape.spec.template.spec.join_configuration
        return (Registration(join_configuration.node_registration, config.at(*location)),)
    return (Registration(_NOTHING, owner.at("spec", "template", "spec", "bootstrap")),)


def argument_problems(of_all: Mapping[str, str], each: tuple[Registration, ...]) -> Iterator[Problem]:
    """Yield arguments that only some kubelets were to have. `of_all`: those that SSHCluster gives to all."""
    wanted = {name: one for one in reversed(each) for name in one.arguments}
    for name, source in sorted(wanted.items()):
        for one in each:
            if name not in one.arguments and name not in of_all:
                yield one.place.problem(
                    f"kubelets of one cluster have the same arguments (for now), and {source.place} has one more",
                    found=f"no {name}",
                    allowed=f"{name} here too, or for all in SSHCluster spec.kubelet.extraArguments",
                )


def first_and_further_problems(pool: PoolObjects) -> Iterator[Problem]:
    """Yield taints and labels that differ between the first control plane and those that join it."""
    first, *further = registrations(pool)
    for other in further:
        for field, name in (("taints", "taints"), ("labels", "kubeletExtraArgs")):
            if getattr(first, field) != getattr(other, field):
                yield other.at(name).problem(
                    f"control planes have the same {field}, and {first.at(name)} says other ones",
                    allowed="the same in initConfiguration and joinConfiguration",
                )
