"""Machines that the last applied revision has and that are no more: what is left of them, and how they go."""

from dataclasses import dataclass

from trailboss.facts import MachineFacts
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.plan.etcd import alive, is_counted
from trailboss.plan.observation import Observation
from trailboss.plan.replaced import is_replaced


@dataclass(frozen=True)
class Leaving:
    """A machine on its way out.

    `answers`: the host can be logged in to and is still this cluster's. `node`: the API has it. `ready`: its kubelet
    runs its pods, so it can be emptied. `counted`: it is one of etcd's members; `etcd`: and one that lives. `begun`: an
    earlier plan has taken it out of service. `replaced`: the manifests have it still, and a new host is there for it.
    """

    machine: Machine
    answers: bool
    node: bool
    ready: bool
    counted: bool
    etcd: bool
    begun: bool
    replaced: bool = False

    @property
    def control_plane(self) -> bool:
        return self.machine.role == "control-plane"

    @property
    def failed(self) -> bool:
        """It is no help to the others any more: its etcd member, or its kubelet, is gone already."""
        return not (self.ready and (self.etcd or not self.control_plane))


def leaving(cluster: Cluster, observation: Observation, former: tuple[Machine, ...]) -> tuple[Leaving, ...]:
    """Return the machines of `former` that have to be removed, workers first; one of which nothing is left is none.

    So has what is left of a machine whose host was replaced, before the new host joins under its name.
    """
    kept = {machine.name for machine in cluster.machines}
    found = [_leaving(cluster, observation, machine) for machine in former if machine.name not in kept]
    found += [_replaced(observation, machine) for machine in cluster.machines if is_replaced(observation, machine)]
    return tuple(sorted((one for one in found if one), key=lambda one: (one.control_plane, one.machine.name)))


def _replaced(observation: Observation, machine: Machine) -> Leaving:
    """The host that answers is not the one that goes, so there is nothing to empty or to reset."""
    return Leaving(
        machine=machine,
        answers=False,
        node=observation.node(machine.name) is not None,
        ready=False,
        counted=is_counted(observation, machine.name),
        etcd=machine.name in alive(observation),
        begun=False,
        replaced=True,
    )


def _leaving(cluster: Cluster, observation: Observation, machine: Machine) -> Leaving | None:
    node = observation.node(machine.name)
    answers = _is_own(cluster, observation, machine)
    member = machine.name in (observation.etcd_members or ())
    if node is None and not answers and not member:
        return None
    return Leaving(
        machine=machine,
        answers=answers,
        node=node is not None,
        ready=node is not None and node.ready,
        counted=is_counted(observation, machine.name),
        etcd=machine.name in alive(observation),
        begun=node is not None and bool(node.cordoned_by),
    )


def _is_own(cluster: Cluster, observation: Observation, machine: Machine) -> bool:
    """Tell whether the host that answers is the machine: an address may have come to another host meanwhile."""
    facts = observation.machines.get(machine.name)
    if facts is None or facts.owner != cluster.name or not facts.member:
        return False
    node = observation.node(machine.name)
    other = node is not None and node.machine_id not in ("", facts.machine_id)
    return not other and not _is_kept(cluster, observation, facts)


def _is_kept(cluster: Cluster, observation: Observation, facts: MachineFacts) -> bool:
    """Tell whether the manifests have this host, under whichever name."""
    hosts = (observation.machines.get(machine.name) for machine in cluster.machines)
    return bool(facts.machine_id) and any(host and host.machine_id == facts.machine_id for host in hosts)
