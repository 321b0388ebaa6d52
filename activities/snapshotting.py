"""A snapshot of etcd: taken on a control plane, copied off it, kept in the cluster's store."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from temporalio import activity

from trailboss.activities.api import ask
from trailboss.activities.errors import attempt
from trailboss.activities.etcd import list_members
from trailboss.activities.place import Place, find
from trailboss.activities.snapshot_store import Snapshot, SnapshotStore, store_of
from trailboss.kube import ClusterApi
from trailboss.model.errors import TrailbossError
from trailboss.model.messages import StepInput, StepResult
from trailboss.ssh import SSHPool, unit
from trailboss.ssh.unit import Action
from trailboss.steps import etcd_snapshot
from trailboss.steps.etcd_snapshot import Taken

_LONGEST = timedelta(minutes=29)
_MIB = 1024**2


class SnapshottingActivities:
    """`home`: the folder of snapshots of clusters whose manifests name no other."""

    def __init__(self, pool: SSHPool, home: Path) -> None:
        self._pool = pool
        self._home = home

    @activity.defn(name="etcd-snapshot")
    async def etcd_snapshot(self, step: StepInput) -> StepResult:
        async with attempt():
            return await self._keep_one(await find(self._pool, step))

    @activity.defn(name="last-snapshot")
    async def last_snapshot(self, step: StepInput) -> StepResult:
        """Try once to take the snapshot of a cluster that is to be destroyed; without it, that goes on all the same."""
        async with attempt():
            place = await find(self._pool, step)
            try:
                return await self._keep_one(place)
            except TrailbossError as error:
                return StepResult(summary=f"none could be taken: {error}", changed=False)

    async def _keep_one(self, place: Place) -> StepResult:
        store = store_of(place.cluster.name, place.cluster.snapshots.store, self._home)
        taken = await self._take(place)
        where = await asyncio.to_thread(store.holds, taken.name) or await self._store(place, store, taken)
        removed = await asyncio.to_thread(store.keep, place.cluster.snapshots.keep)
        size = f"{taken.size / _MIB:.1f} MiB at revision {taken.revision}"
        older = f"; {len(removed)} older removed" if removed else ""
        return StepResult(summary=f"{size}, kept in {where}{older}")

    async def _take(self, place: Place) -> Taken:
        """Take the snapshot on the host; one that an earlier attempt of this step took is as good."""
        version = await ask(self._pool, place.cluster, ClusterApi.version)
        action = Action(key=place.key, summary="snapshot of etcd", script=etcd_snapshot.script(version))
        return etcd_snapshot.parse(await unit.run(place.host, place.writer, action, within=_LONGEST))

    async def _store(self, place: Place, store: SnapshotStore, taken: Taken) -> str:
        members = await list_members(place.host)
        snapshot = Snapshot(
            **taken.model_dump(),
            cluster=place.cluster.name,
            kubernetes_version=taken.name.rpartition("-v")[2],
            members=tuple(member.name for member in members),
            taken_by=place.machine.name,
        )
        with _landing(self._home, place.cluster.name) as folder:
            await place.host.fetch(taken.path, folder / taken.name, within=_LONGEST)
            return await asyncio.to_thread(store.put, folder / taken.name, snapshot)


@contextmanager
def _landing(home: Path, cluster: str) -> Iterator[Path]:
    """Yield an empty folder of the cluster's own; what a worker that died left there is a secret, and goes now."""
    folder = home / ".arriving" / cluster
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
