"""What is asked around snapshots: what the store holds, and which control plane can give one."""

import asyncio
from pathlib import Path

from temporalio import activity

from trailboss.activities.errors import attempt
from trailboss.activities.etcd.seen import look
from trailboss.activities.git.source import load_cluster_at
from trailboss.activities.snapshots.store import store_of
from trailboss.model.cluster import Cluster
from trailboss.model.errors import ApiUnavailable, HostRefused, TemporaryError
from trailboss.model.machine import Machine
from trailboss.model.snapshots import SnapshotInput, SnapshotSource, StoredSnapshot, StoredSnapshots
from trailboss.ssh import Host, SSHPool


class SnapshotAskingActivities:
    """`home`: as for SnapshottingActivities."""

    def __init__(self, pool: SSHPool, home: Path) -> None:
        self._pool = pool
        self._home = home

    @activity.defn
    async def list_snapshots(self, given: SnapshotInput) -> StoredSnapshots:
        async with attempt():
            cluster = await load_cluster_at(given.context.revision)
            return StoredSnapshots(snapshots=await asyncio.to_thread(self._listed, cluster))

    @activity.defn
    async def snapshot_source(self, given: SnapshotInput) -> SnapshotSource:
        """Return the first control plane whose etcd is well.

        Raises:
            ApiUnavailable: none is; the message tells what each of them said.
        """
        async with attempt():
            cluster = await load_cluster_at(given.context.revision)
            reasons = []
            for machine in cluster.control_planes:
                reason = await self._not_well(machine)
                if not reason:
                    return SnapshotSource(machine=machine.name)
                reasons.append(reason)
            raise ApiUnavailable(f"no etcd of {cluster.name} can give a snapshot: " + "; ".join(reasons))

    async def _not_well(self, machine: Machine) -> str:
        try:
            status = (await look(Host(self._pool, machine))).status(machine.name)
        except (TemporaryError, HostRefused) as error:
            return str(error)
        return "" if status and status.healthy else f"the etcd of {machine.name} is not well"

    def _listed(self, cluster: Cluster) -> tuple[StoredSnapshot, ...]:
        return store_of(cluster.name, cluster.snapshots.store, self._home).listed()
