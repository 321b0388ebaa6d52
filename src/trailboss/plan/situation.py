"""What the observation means for one cluster: who is a member, who has to become one."""

from collections.abc import Iterator
from dataclasses import dataclass

from trailboss.facts import MachineFacts
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.plan.observation import Observation


@dataclass(frozen=True)
class Situation:
    """A cluster as the manifests have it, beside what was observed."""

    cluster: Cluster
    observation: Observation

    def facts(self, machine: Machine) -> MachineFacts | None:
        """Return None where the machine could not be looked at."""
        return self.observation.machines.get(machine.name)

    @property
    def observed(self) -> Iterator[tuple[Machine, MachineFacts]]:
        """Every machine that could be looked at, in the manifests' order."""
        for machine in self.cluster.machines:
            facts = self.facts(machine)
            if facts is not None:
                yield machine, facts

    @property
    def unreachable(self) -> tuple[Machine, ...]:
        return tuple(machine for machine in self.cluster.machines if self.facts(machine) is None)

    def why_unreachable(self, machine: Machine) -> str:
        return self.observation.unreachable.get(machine.name, "it was not looked at")

    def is_member(self, machine: Machine) -> bool:
        facts = self.facts(machine)
        return facts is not None and facts.is_member

    @property
    def was_initialised(self) -> bool:
        """The cluster exists: never initialise it again, whatever else is the case."""
        return any(facts.is_member for _, facts in self.observed)

    @property
    def initial(self) -> Machine | None:
        """The control plane to run `kubeadm init` on: the one where that was begun, else the first."""
        if self.was_initialised or not self.cluster.control_planes:
            return None
        begun = [machine for machine, facts in self.observed if facts.member == "init-begun"]
        return begun[0] if begun else self.cluster.control_planes[0]

    @property
    def joining(self) -> tuple[Machine, ...]:
        """Machines that could be looked at, are no members, and are not the one to initialise."""
        initial = self.initial
        return tuple(machine for machine, facts in self.observed if not facts.is_member and machine != initial)

    @property
    def membership_changes(self) -> bool:
        return self.initial is not None or bool(self.joining)
