"""A snapshot of etcd, and what a restore needs beside it: taken on a control plane, copied off it, stored."""

import asyncio
import base64
from datetime import timedelta
from pathlib import Path

from temporalio import activity

from trailboss.activities.api import ask
from trailboss.activities.errors import attempt
from trailboss.activities.etcd.members import list_members
from trailboss.activities.place import Place, find
from trailboss.activities.snapshots.landing import landing
from trailboss.activities.snapshots.store import SnapshotFiles, SnapshotStore, sha256_of, store_of
from trailboss.kube import ClusterApi
from trailboss.model.errors import TrailbossError
from trailboss.model.messages import StepInput, StepResult
from trailboss.model.revision import Revision
from trailboss.model.snapshots import Snapshot
from trailboss.ssh import SSHPool, unit
from trailboss.ssh.unit import Action
from trailboss.steps import authorities, etcd_snapshot
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
            return await self._keep_one(await find(self._pool, step), step.context.revision)

    @activity.defn(name="last-snapshot")
    async def last_snapshot(self, step: StepInput) -> StepResult:
        """Try once to take the snapshot of a cluster that is to be destroyed; without it, that goes on all the same."""
        async with attempt():
            place = await find(self._pool, step)
            try:
                return await self._keep_one(place, step.context.revision)
            except TrailbossError as error:
                return StepResult(summary=f"none could be taken: {error}", changed=False)

    async def _keep_one(self, place: Place, revision: Revision) -> StepResult:
        store = await asyncio.to_thread(store_of, place.cluster.name, place.cluster.snapshots.store, self._home)
        taken = await self._take(place)
        held = await asyncio.to_thread(store.holds, taken.name)
        where = held or await self._store(place, store, taken, revision)
        removed = await asyncio.to_thread(store.keep, place.cluster.snapshots.keep)
        size = f"{taken.size / _MIB:.1f} MiB at revision {taken.revision}"
        older = f"; {len(removed)} older removed" if removed else ""
        return StepResult(summary=f"{size}, kept in {where}{older}")

    async def _take(self, place: Place) -> Taken:
        """Take the snapshot on the host; one that an earlier attempt of this step took is as good."""
        version = await ask(self._pool, place.cluster, ClusterApi.version)
        action = Action(key=place.key, summary="snapshot of etcd", script=etcd_snapshot.script(version))
        return etcd_snapshot.parse(await unit.run(place.host, place.writer, action, within=_LONGEST))

    async def _store(self, place: Place, store: SnapshotStore, taken: Taken, revision: Revision) -> str:
        members = await list_members(place.host)
        with landing(self._home, place.cluster.name) as folder:
            files = await _bring_home(place, taken, folder)
            snapshot = Snapshot(
                **taken.model_dump(),
                cluster=place.cluster.name,
                kubernetes_version=taken.name.rpartition("-v")[2],
                members=tuple(member.name for member in members),
                taken_by=place.machine.name,
                commit=revision.commit,
                authorities_sha256=await asyncio.to_thread(sha256_of, files.authorities),
            )
            return await asyncio.to_thread(store.put, files, snapshot)


async def _bring_home(place: Place, taken: Taken, folder: Path) -> SnapshotFiles:
    """Copy the snapshot and the cluster's authorities, which are as secret, to a folder that is its owner's alone."""
    files = SnapshotFiles(folder / "data", folder / "authorities")
    await place.host.fetch(taken.path, files.data, within=_LONGEST)
    packed = await place.host.read(authorities.READ, summary="read the authorities")
    await asyncio.to_thread(files.authorities.write_bytes, base64.b64decode(packed))
    return files
