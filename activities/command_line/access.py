"""What the command line asks of a cluster directly, without a worker: nothing of it passes through Temporal."""

import asyncio

from trailboss.activities.api import connected, read_kubeconfig
from trailboss.activities.planning.previewing import Before, preview_cluster
from trailboss.kube import nodes
from trailboss.model.cluster import Cluster
from trailboss.model.errors import ApiUnavailable, TemporaryError
from trailboss.model.preview import Preview
from trailboss.plan.observation import NodeSeen
from trailboss.ssh import SSHDefaults, SSHPool


async def preview_here(cluster: Cluster, before: Before, defaults: SSHDefaults) -> Preview:
    """Observe the cluster's machines from here and tell what its manifests would change."""
    pool = SSHPool(defaults)
    try:
        return await preview_cluster(pool, cluster, before)
    finally:
        await pool.close()


async def admin_kubeconfig(cluster: Cluster, defaults: SSHDefaults) -> str:
    """Return the admin kubeconfig of the first control plane that has one.

    Raises:
        ApiUnavailable: none has; the message tells what each of them said.
    """
    pool = SSHPool(defaults)
    reasons = []
    try:
        for machine in cluster.control_planes:
            try:
                return await read_kubeconfig(pool, machine)
            except TemporaryError as error:
                reasons.append(str(error))
    finally:
        await pool.close()
    raise ApiUnavailable("; ".join(reasons))


async def list_nodes(cluster: Cluster, defaults: SSHDefaults) -> tuple[NodeSeen, ...]:
    """Return the nodes as the cluster's API has them, over a tunnel through a control plane."""
    pool = SSHPool(defaults)
    try:
        async with connected(pool, cluster) as api:
            return await asyncio.to_thread(nodes.list_nodes, api)  # the loop must carry the tunnel meanwhile
    finally:
        await pool.close()
