"""A cluster comes back from a snapshot of etcd: what would be done, and the steps on the control plane that gets it."""

import asyncio
import base64
from datetime import timedelta
from functools import partial
from pathlib import Path

from temporalio import activity

from trailboss.activities.api import ask, connected, not_ready
from trailboss.activities.errors import attempt
from trailboss.activities.gate import until_nothing
from trailboss.activities.git.source import load_cluster_at
from trailboss.activities.place import Place, find
from trailboss.activities.planning.observing import applied_machines, former_machines, look_at
from trailboss.activities.snapshots.landing import landing
from trailboss.activities.snapshots.store import SnapshotFiles, sha256_of, store_of
from trailboss.kube import ClusterApi, nodes
from trailboss.kubeadm import init_configuration
from trailboss.model.cluster import Cluster
from trailboss.model.errors import HostRefused, TemporaryError
from trailboss.model.messages import StepInput, StepResult
from trailboss.model.snapshots import RestoreInput, RestorePlan, StoredSnapshot
from trailboss.plan.restoring import Wanted, plan_restore
from trailboss.ssh import SSHPool, unit
from trailboss.ssh.unit import Action
from trailboss.steps import authorities, etcd_restore

_LONGEST = timedelta(minutes=29)
_GATE = timedelta(minutes=10)
_FILE = "kubeadm.yaml"


class RestoringActivities:
    """`home`: as for SnapshottingActivities."""

    def __init__(self, pool: SSHPool, home: Path) -> None:
        self._pool = pool
        self._home = home

    @activity.defn
    async def plan_restore(self, given: RestoreInput) -> RestorePlan:
        """Look at the store and at all control planes, and tell what a restore would do; changes nothing."""
        async with attempt():
            cluster = await load_cluster_at(given.context.revision)
            former = former_machines(cluster, await applied_machines(given.context.applied))
            planes = (*cluster.control_planes, *(one for one in former if one.role == "control-plane"))
            looks = await look_at(self._pool, planes)
            stored = await asyncio.to_thread(self._listed, cluster)
            wanted = Wanted(snapshot=given.snapshot, control_plane=given.control_plane)
            answers = await self._api_answers(cluster)
            return plan_restore(cluster, former, looks, stored, wanted, api_answers=answers)

    @activity.defn(name="snapshot-check")
    async def check(self, step: StepInput) -> StepResult:
        """Read the whole set once, before anything is taken apart.

        Raises:
            StepFailed: it is not whole, or not what its record says.
        """
        async with attempt():
            cluster = await load_cluster_at(step.context.revision)
            with landing(self._home, cluster.name) as folder:
                await asyncio.to_thread(self._bring, cluster, step.context.snapshot, folder)
            return StepResult(summary=f"{step.context.snapshot} is whole", changed=False)

    @activity.defn(name="etcd-restore")
    async def etcd_restore(self, step: StepInput) -> StepResult:
        """Make this machine the cluster's first control plane, with the snapshot's data."""
        async with attempt():
            place = await find(self._pool, step)
            begun = await unit.has_begun(place.host, place.key)
            inputs = () if begun else await self._inputs(place, step.context.snapshot)
            config = f'"$STEP_DIR/inputs/{_FILE}"'
            script = etcd_restore.script(place.machine, step.context.snapshot, config)
            action = Action(key=place.key, summary="restore a snapshot of etcd", script=script, inputs=inputs)
            await unit.run(place.host, place.writer, action, within=_LONGEST)
            await until_nothing(partial(not_ready, self._pool, place.cluster, place.machine), within=_GATE)
            return StepResult(summary=f"serves Kubernetes {place.cluster.kubernetes_version} with the snapshot's data")

    @activity.defn(name="forget-nodes")
    async def forget_nodes(self, step: StepInput) -> StepResult:
        """Delete the nodes of all other control planes: of the restored etcd, this machine is the only member."""
        async with attempt():
            place = await find(self._pool, step)
            names = await ask(self._pool, place.cluster, lambda api: _forget_others(api, place))
            return StepResult(summary=f"deleted {', '.join(names) or 'none'}", changed=bool(names))

    async def _inputs(self, place: Place, snapshot: str) -> tuple[tuple[str, str], ...]:
        """Bring the data to the host, and return what else the action needs."""
        with landing(self._home, place.cluster.name) as folder:
            files = await asyncio.to_thread(self._bring, place.cluster, snapshot, folder)
            digest = await asyncio.to_thread(sha256_of, files.data)
            remote = etcd_restore.path(snapshot)
            await place.host.send(place.writer, files.data, remote, sha256=digest, within=_LONGEST)
            packed = await asyncio.to_thread(files.authorities.read_bytes)
        configuration = init_configuration(etcd_restore.may_find_data(place.cluster), place.machine)
        return (_FILE, configuration), (authorities.INPUT, base64.encodebytes(packed).decode())

    def _bring(self, cluster: Cluster, snapshot: str, folder: Path) -> SnapshotFiles:
        return store_of(cluster.name, cluster.snapshots.store, self._home).bring(snapshot, folder)

    def _listed(self, cluster: Cluster) -> tuple[StoredSnapshot, ...]:
        return store_of(cluster.name, cluster.snapshots.store, self._home).listed()

    async def _api_answers(self, cluster: Cluster) -> bool:
        try:
            async with connected(self._pool, cluster):
                return True
        except (TemporaryError, HostRefused):
            return False


def _forget_others(api: ClusterApi, place: Place) -> tuple[str, ...]:
    known = {machine.name for machine in place.cluster.control_planes}
    found = [node.name for node in nodes.list_nodes(api) if node.control_plane or node.name in known]
    others = tuple(name for name in found if name != place.machine.name)
    for name in others:
        nodes.forget(api, name)
        nodes.forget_etcd_pod(api, name)
    return others
