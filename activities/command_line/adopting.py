"""A cluster that others made, looked at from the command line: its API, its hosts, and what a first change would do."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from trailboss.activities.place import observe
from trailboss.activities.planning.observing import observe_cluster
from trailboss.adoption import ClusterSeen, HostSeen, NodeStanding, Seen, Wish
from trailboss.facts import standing
from trailboss.kube import standing as kube_standing
from trailboss.kube.given import GivenApi
from trailboss.model.cluster import Cluster
from trailboss.model.errors import BadInput, HostRefused, TemporaryError
from trailboss.model.machine import Machine
from trailboss.model.plan import Plan
from trailboss.model.problem import Problem
from trailboss.plan import compute
from trailboss.plan.adoption import afterwards, with_adopted
from trailboss.plan.situation import Situation
from trailboss.ssh import Host, SSHDefaults, SSHPool

_AT_ONCE = 50


async def look(kubeconfig: Path, context: str | None, wish: Wish, defaults: SSHDefaults) -> Seen:
    """Read the cluster's API through the user's kubeconfig, then every node's host over SSH; changes nothing.

    Raises:
        BadInput: the kubeconfig cannot be read, or an address is given for a node that is not there.
        ApiUnavailable, PermanentError: the API does not answer, or refuses to.
    """
    cluster = await asyncio.to_thread(_ask, kubeconfig, context)
    _check_addresses(cluster, wish.addresses)
    pool, slots = SSHPool(defaults), asyncio.Semaphore(_AT_ONCE)
    try:
        found = await asyncio.gather(*(_look_at(pool, node, wish, slots) for node in cluster.nodes))
    finally:
        await pool.close()
    return Seen(cluster=cluster, hosts=dict(zip([node.name for node in cluster.nodes], found, strict=True)))


async def first_plans(cluster: Cluster, defaults: SSHDefaults) -> tuple[Plan, Plan]:
    """Return what the first change would do, and what would remain once the hosts are taken over; changes nothing."""
    pool = SSHPool(defaults)
    try:
        seen = await observe_cluster(pool, cluster)
    finally:
        await pool.close()
    taken_over = afterwards(with_adopted(Situation(cluster, seen)))
    return compute(cluster, seen), compute(cluster, taken_over.observation)


def _ask(kubeconfig: Path, context: str | None) -> ClusterSeen:
    api = GivenApi(kubeconfig, context)
    try:
        return kube_standing.read(api)
    finally:
        api.close()


def _check_addresses(cluster: ClusterSeen, addresses: Mapping[str, str]) -> None:
    names = {node.name for node in cluster.nodes}
    allowed = ", ".join(sorted(names))
    unknown = [name for name in addresses if name not in names]
    if unknown:
        message = "the cluster has no such node"
        problems = (
            Problem(file="--address", document=0, found=one, message=message, allowed=allowed) for one in unknown
        )
        raise BadInput(tuple(problems))


async def _look_at(pool: SSHPool, node: NodeStanding, wish: Wish, slots: asyncio.Semaphore) -> HostSeen | str:
    machine = Machine(
        name=node.name,
        role="control-plane" if node.node.control_plane else "worker",
        address=wish.addresses.get(node.name, node.address),
        kubernetes_version=node.node.kubelet_version,
        ssh=wish.ssh,
    )
    async with slots:
        try:
            host = Host(pool, machine)
            facts = await observe(host)
            output = await host.read(standing.script(), summary="look at what others made")
        except (TemporaryError, HostRefused) as error:
            return str(error)
    return HostSeen(facts=facts, standing=standing.parse(output))
