"""What the observation means for one cluster: who is a member, who has to become one, be upgraded, or go."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from trailboss.facts import MachineFacts
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.plan import behind, hops
from trailboss.plan.leaving import Leaving, leaving
from trailboss.plan.observation import Observation
from trailboss.plan.running import api_servers, parsed


@dataclass(frozen=True)
class Situation:
    """A cluster as the manifests have it, beside what was observed. `former`: machines of the last applied revision."""

    manifests: Cluster
    observation: Observation
    former: tuple[Machine, ...] = ()

    @cached_property
    def route(self) -> hops.Route:
        return hops.route(self.manifests, self.observation)

    @cached_property
    def cluster(self) -> Cluster:
        """The cluster at the version that the plan leads to, which may be one on the way."""
        return self.manifests.at(self.route.next)

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
        return any(facts.is_member for _, facts in self.observed) or any(one.answers for one in self.leaving)

    @property
    def initial(self) -> Machine | None:
        """The control plane to run `kubeadm init` on: the one where that was begun, else the first."""
        if self.was_initialised or not self.cluster.control_planes:
            return None
        begun = [machine for machine, facts in self.observed if facts.member == "init-begun"]
        return begun[0] if begun else self.cluster.control_planes[0]

    @cached_property
    def newcomers(self) -> tuple[Machine, ...]:
        """Machines that could be looked at, are no members, and are not the one to initialise."""
        initial = self.initial
        return tuple(machine for machine, facts in self.observed if not facts.is_member and machine != initial)

    @property
    def joining(self) -> tuple[Machine, ...]:
        """Newcomers that join now. kubeadm joins a machine of the cluster's version only, and not while it changes."""
        return () if self.upgrading else self.newcomers

    @property
    def waiting(self) -> tuple[Machine, ...]:
        return self.newcomers if self.upgrading else ()

    def is_waiting(self, machine: Machine) -> bool:
        return machine.name in {newcomer.name for newcomer in self.waiting}

    @cached_property
    def upgrading(self) -> tuple[Machine, ...]:
        """Members that get another version, in the order in which they do."""
        return behind.upgrading(self.cluster, self.observation)

    def is_upgrading(self, machine: Machine) -> bool:
        return machine.name in self._upgrading_names

    @property
    def holds_kubelets(self) -> bool:
        """Kubelets stay as they are in this plan: of several API servers one is of an older minor than the hop."""
        hop, servers = parsed(self.cluster.kubernetes_version), api_servers(self.observation)
        several = len({*self.observation.control_planes, *self._member_control_planes}) > 1
        return bool(hop and servers and several and servers[0].minor < hop.minor)

    @property
    def later_versions(self) -> tuple[str, ...]:
        """Where later plans lead; the hop itself comes once more if something has to wait for this plan's end."""
        waits = self.upgrading and (self.holds_kubelets or (self.waiting and not self.route.later))
        return (self.route.next, *self.route.later) if waits else self.route.later

    @property
    def upgrading_control_planes(self) -> tuple[Machine, ...]:
        return tuple(machine for machine in self.upgrading if machine.role == "control-plane")

    @cached_property
    def leaving(self) -> tuple[Leaving, ...]:
        return leaving(self.cluster, self.observation, self.former)

    @cached_property
    def going_first(self) -> tuple[Leaving, ...]:
        """Control planes that go before others come or change: those that are dead, or were to go before.

        All of them, if others are upgraded: kubeadm holds kube-proxy back while any API server is older.
        """
        upgrades = bool(self.upgrading_control_planes)
        going = [one for one in self.leaving if one.control_plane]
        return tuple(one for one in going if one.failed or one.begun or one.replaced or upgrades)

    @property
    def membership_changes(self) -> bool:
        return self.initial is not None or bool(self.joining) or bool(self.leaving)

    @property
    def disrupts(self) -> bool:
        """Something that serves goes out of service, for a while or for good."""
        return bool(self.upgrading) or any(one.ready for one in self.leaving)

    @property
    def _member_control_planes(self) -> frozenset[str]:
        return frozenset(machine.name for machine in self.cluster.control_planes if self.is_member(machine))

    @cached_property
    def _upgrading_names(self) -> frozenset[str]:
        return frozenset(machine.name for machine in self.upgrading)
