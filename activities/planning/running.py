"""What a cluster that runs tells of itself: one pass through one connection to its API."""

import asyncio
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass

from trailboss.activities.api import connected
from trailboss.facts import MachineFacts, releases
from trailboss.kube import ClusterApi, addons, budgets, health, nodes, settings
from trailboss.model.cluster import Cluster
from trailboss.model.errors import ApiUnavailable, HostRefused, TemporaryError
from trailboss.model.machine import Machine
from trailboss.plan.adoption import with_adopted
from trailboss.plan.observation import Observation
from trailboss.plan.running import parsed
from trailboss.plan.situation import Situation
from trailboss.plan.upgrades import drained
from trailboss.ssh import Host, SSHPool
from trailboss.steps import proxy
from trailboss.steps.taking_over import can_be_taken_over

Looks = dict[str, MachineFacts | str]


@dataclass(frozen=True)
class Running:
    """Where to look, and what is known already.

    `cluster`: as it is wanted. `former`: machines that it has no more. `looks`: a machine's facts, or why it has none.
    """

    pool: SSHPool
    cluster: Cluster
    former: tuple[Machine, ...]
    looks: Looks

    @property
    def control_planes(self) -> tuple[Machine, ...]:
        """Those that could be looked at and are no other cluster's; one that is to be removed serves until it is."""
        machines = (*self.cluster.control_planes, *(one for one in self.former if one.role == "control-plane"))
        return tuple(machine for machine in machines if self._owner(machine) in ("", self.cluster.name))

    @property
    def members(self) -> tuple[Machine, ...]:
        """Of these, those that are members: Trailboss has made them so, or is to take them over."""
        seen = ((machine, self.looks[machine.name]) for machine in self.control_planes)
        return tuple(machine for machine, facts in seen if isinstance(facts, MachineFacts) and self._belongs(facts))

    def _belongs(self, facts: MachineFacts) -> bool:
        return facts.is_member or can_be_taken_over(self.cluster, facts)

    def _owner(self, machine: Machine) -> str | None:
        facts = self.looks[machine.name]
        return facts.owner if isinstance(facts, MachineFacts) else None

    async def look(self) -> Observation:
        """Return all but what etcd tells; `nodes` None where no API server answers.

        Raises:
            ApiUnavailable: it stopped answering in the middle.
        """
        seen = Observation(
            machines={name: look for name, look in self.looks.items() if isinstance(look, MachineFacts)},
            unreachable={name: look for name, look in self.looks.items() if isinstance(look, str)},
        )
        serving = self.cluster.model_copy(update={"machines": self.control_planes})
        async with AsyncExitStack() as stack:
            try:
                api = await stack.enter_async_context(connected(self.pool, serving))
                seen = seen.model_copy(update=await asyncio.to_thread(_standing, api))
            except (ApiUnavailable, HostRefused):
                return seen
            seen = seen.model_copy(update={"releases": await self._releases(seen)})
            drains, minor = self._drains(seen), self._minor_changes(seen)
            coming = await asyncio.to_thread(_coming, api, drains, deprecated=minor)
            return seen.model_copy(update={**coming, "addons": await asyncio.to_thread(addons.seen, api)})

    async def _releases(self, seen: Observation) -> tuple[str, ...]:
        """Return the releases on the way from what runs to what is wanted, one for each minor; nothing if it is there.

        A minor of which no release can be found is left out: what is missing is for the planner to see.
        """
        here, there = parsed(seen.api_version), parsed(self.cluster.kubernetes_version)
        if here is None or there is None or there <= here:
            return ()
        between = range(here.minor + 1, there.minor)
        return (*(await self._newest(between) if between else ()), str(there))

    async def _newest(self, minors: range) -> tuple[str, ...]:
        """Return the newest release of each minor, as the source of the cluster's binaries has it; a host asks."""
        for machine in self.members:
            with suppress(TemporaryError):
                script = proxy.exports(self.cluster, machine) + releases.ask(self.cluster.artifacts.binaries, minors)
                answers = await Host(self.pool, machine).read(script, summary="ask for the newest releases")
                return releases.parse_answers(answers, minors)
        return ()

    def _drains(self, seen: Observation) -> frozenset[str]:
        """Return the nodes that the next plan takes out of service: those upgraded, those removed."""
        names = drained(with_adopted(Situation(self.cluster, seen, self.former))) | {
            machine.name for machine in self.former
        }
        return names & {node.name for node in seen.nodes or ()}

    def _minor_changes(self, seen: Observation) -> bool:
        here, there = parsed(seen.api_version), parsed(self.cluster.kubernetes_version)
        return here is not None and there is not None and there.minor > here.minor


def _standing(api: ClusterApi) -> dict[str, object]:
    """Return the fields of Observation that every plan needs."""
    planes, recorded = health.control_plane_seen(api), settings.recorded(api)
    return {
        "nodes": nodes.list_nodes(api),
        "api_version": _oldest([api.version(), *(plane.api_server for plane in planes.values())]),
        "control_planes": planes,
        "recorded_version": recorded.version if recorded else "",
        "recorded": recorded,
    }


def _coming(api: ClusterApi, drains: frozenset[str], *, deprecated: bool) -> dict[str, object]:
    """Return the fields of Observation that tell what a change would run into, asking no more than that."""
    seen = budgets.foresee_drains(api, drains) if drains else budgets.Drains()
    asked = health.deprecated_apis(api) if deprecated else ()
    return {
        "evictions_blocked": seen.blocked,
        "pods_at_risk": seen.at_risk,
        "evicted": seen.evicted,
        "deprecated_apis": asked,
    }


def _oldest(versions: list[str]) -> str:
    found = [version for version in map(parsed, versions) if version]
    return str(min(found)) if found else ""
