"""Looks at all machines of a cluster at once, and at its API; then plans."""

import asyncio
from contextlib import suppress

from temporalio import activity

from trailboss.activities.api import ask
from trailboss.activities.errors import attempt
from trailboss.activities.etcd import list_members
from trailboss.activities.place import observe
from trailboss.activities.source import load_cluster_at
from trailboss.facts import MachineFacts
from trailboss.kube import ClusterApi, nodes
from trailboss.model.cluster import Cluster
from trailboss.model.errors import ApiUnavailable, HostRefused, TemporaryError
from trailboss.model.machine import Machine
from trailboss.model.messages import ChangeContext
from trailboss.model.plan import Plan
from trailboss.plan import compute
from trailboss.plan.observation import NodeSeen, Observation
from trailboss.ssh import Host, SSHPool

_AT_ONCE = 50


class ObservingActivities:
    def __init__(self, pool: SSHPool) -> None:
        self._pool = pool

    @activity.defn
    async def plan_change(self, context: ChangeContext) -> Plan:
        async with attempt():
            cluster = await load_cluster_at(context.revision)
            return await plan_cluster(self._pool, cluster, initialised_before=context.initialised_before)


async def plan_cluster(pool: SSHPool, cluster: Cluster, *, initialised_before: bool = False) -> Plan:
    """Observe every machine and the API, and return what has to be done; changes nothing.

    `initialised_before`: it is known that this cluster once stood, whatever its machines tell now.
    """
    seen = await observe_cluster(pool, cluster)
    return compute(cluster, seen.model_copy(update={"initialised_before": initialised_before}))


async def observe_cluster(pool: SSHPool, cluster: Cluster) -> Observation:
    slots = asyncio.Semaphore(_AT_ONCE)
    looks = [_look(pool, machine, slots) for machine in cluster.machines]
    seen = dict(zip([machine.name for machine in cluster.machines], await asyncio.gather(*looks), strict=True))
    (version, listed), members = await asyncio.gather(_api(pool, cluster, seen), _etcd(pool, cluster, seen))
    return Observation(
        machines={name: look for name, look in seen.items() if isinstance(look, MachineFacts)},
        unreachable={name: look for name, look in seen.items() if isinstance(look, str)},
        nodes=listed,
        api_version=version,
        etcd_members=members,
    )


async def _look(pool: SSHPool, machine: Machine, slots: asyncio.Semaphore) -> MachineFacts | str:
    async with slots:
        try:
            return await observe(Host(pool, machine))
        except (TemporaryError, HostRefused) as error:
            return str(error)


async def _api(
    pool: SSHPool, cluster: Cluster, seen: dict[str, MachineFacts | str]
) -> tuple[str, tuple[NodeSeen, ...] | None]:
    """Return the API server's version and all nodes, or ("", None) where none answers."""
    if not any(isinstance(seen[m.name], MachineFacts) for m in cluster.control_planes):
        return "", None
    try:
        return await ask(pool, cluster, _version_and_nodes)
    except (ApiUnavailable, HostRefused):
        return "", None


async def _etcd(pool: SSHPool, cluster: Cluster, seen: dict[str, MachineFacts | str]) -> tuple[str, ...] | None:
    """Return the names of etcd's started, voting members as the first member that answers has them."""
    for machine in cluster.control_planes:
        facts = seen[machine.name]
        if isinstance(facts, MachineFacts) and facts.is_member:
            with suppress(TemporaryError):
                members = await list_members(Host(pool, machine))
                return tuple(member.name for member in members if member.name and not member.learner)
    return None


def _version_and_nodes(api: ClusterApi) -> tuple[str, tuple[NodeSeen, ...]]:
    return api.version(), nodes.list_nodes(api)
