"""Which members are still older than the version that a plan leads to, and which of them carries the cluster there."""

from typing import Final

from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.plan.observation import Observation
from trailboss.plan.running import components, parsed

KUBELET: Final = "kubelet"
_CUT_OFF = " begun"


def behind(cluster: Cluster, observation: Observation, machine: Machine) -> tuple[str, ...]:
    """Return what of a member is older than `cluster`'s version, or was left half upgraded to it; nothing if all is."""
    hop = parsed(cluster.kubernetes_version)
    older = [what for what, seen in components(observation, machine).items() if hop and seen < hop]
    kubelet = [f"its {what} is older" for what in older if what == KUBELET]
    return (*_kubeadm(cluster, observation, machine), *kubelet)


def for_kubeadm(cluster: Cluster, observation: Observation, machine: Machine) -> tuple[str, ...]:
    """Return why `kubeadm upgrade` has to run on a member that is behind; nothing if it has ended well before."""
    done = {f"{cluster.kubernetes_version} {verb}" for verb in ("apply", "node")}
    reasons = _kubeadm(cluster, observation, machine)
    if reasons or upgraded_to(observation, machine) in done:
        return reasons
    return ("its kubelet needs the configuration of the new version",)


def was_cut_off(cluster: Cluster, observation: Observation, machine: Machine) -> bool:
    """Tell whether Trailboss left this machine half-way, out of service or half upgraded: it goes first then."""
    node = observation.node(machine.name)
    return (node is not None and bool(node.cordoned_by)) or _is_half_upgraded(cluster, observation, machine)


def applying(cluster: Cluster, observation: Observation) -> Machine | None:
    """Return the one control plane that gets `kubeadm upgrade apply`, which carries the whole cluster to the version.

    One that was cut off while it did is the one; else the first, unless kubeadm has recorded that it is done.
    """
    members = [machine for machine in cluster.control_planes if _is_member(observation, machine)]
    begun = f"{cluster.kubernetes_version} apply{_CUT_OFF}"
    cut_off = [machine for machine in members if upgraded_to(observation, machine) == begun]
    if cut_off or not members:
        return cut_off[0] if cut_off else None
    recorded, hop = parsed(observation.recorded_version), parsed(cluster.kubernetes_version)
    needed = recorded != hop if recorded else any(_kubeadm(cluster, observation, machine) for machine in members)
    return members[0] if needed else None


def upgrading(cluster: Cluster, observation: Observation) -> tuple[Machine, ...]:
    """Return the members that get the version: control planes, then workers; of each, first those that were cut off.

    Before all others comes the control plane that carries the cluster there. Those that could not be looked at stay
    as they are.
    """
    first = applying(cluster, observation)
    members = [machine for machine in cluster.machines if _is_member(observation, machine)]
    needed = [machine for machine in members if machine == first or behind(cluster, observation, machine)]

    def order(machine: Machine) -> tuple[bool, bool, bool]:
        return machine.role == "worker", machine != first, not was_cut_off(cluster, observation, machine)

    return tuple(sorted(needed, key=order))


def upgraded_to(observation: Observation, machine: Machine) -> str:
    facts = observation.machines.get(machine.name)
    return facts.upgraded_to if facts else ""


def _kubeadm(cluster: Cluster, observation: Observation, machine: Machine) -> tuple[str, ...]:
    """Return what of the components that kubeadm upgrades is older than `cluster`'s version."""
    hop = parsed(cluster.kubernetes_version)
    found = components(observation, machine).items()
    older = [f"its {what} runs {seen}" for what, seen in found if hop and seen < hop and what != KUBELET]
    half = ["an earlier kubeadm upgrade was cut off"] if _is_half_upgraded(cluster, observation, machine) else []
    return (*older, *half)


def _is_half_upgraded(cluster: Cluster, observation: Observation, machine: Machine) -> bool:
    version, _, ending = upgraded_to(observation, machine).partition(" ")
    return version == cluster.kubernetes_version and ending.endswith(_CUT_OFF)


def _is_member(observation: Observation, machine: Machine) -> bool:
    facts = observation.machines.get(machine.name)
    return facts is not None and facts.is_member
