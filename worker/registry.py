"""Everything a worker can do, in one list."""

from collections.abc import Callable, Sequence
from typing import Any

from temporalio.client import Client

from trailboss.activities.addons.addon import AddonActivities
from trailboss.activities.etcd.gate import EtcdGateActivities
from trailboss.activities.git.poll import PollActivities
from trailboss.activities.machines.draining import DrainingActivities
from trailboss.activities.machines.joining import JoiningActivities
from trailboss.activities.machines.preparing import PreparingActivities
from trailboss.activities.machines.reconfiguring import ReconfiguringActivities
from trailboss.activities.machines.removing import RemovingActivities
from trailboss.activities.machines.renewing import RenewingActivities
from trailboss.activities.machines.settling import SettlingActivities
from trailboss.activities.machines.taking_over import TakingOverActivities
from trailboss.activities.machines.upgrading import UpgradingActivities
from trailboss.activities.planning.looking import LookingActivities
from trailboss.activities.planning.observing import ObservingActivities
from trailboss.activities.planning.previewing import PreviewingActivities
from trailboss.activities.planning.windows import next_window
from trailboss.activities.snapshots.asking import SnapshotAskingActivities
from trailboss.activities.snapshots.restoring import RestoringActivities
from trailboss.activities.snapshots.snapshotting import SnapshottingActivities
from trailboss.ssh import SSHPool
from trailboss.worker.settings import Settings
from trailboss.workflows.change import ChangeWorkflow
from trailboss.workflows.cluster import ClusterWorkflow
from trailboss.workflows.machine import MachineWorkflow
from trailboss.workflows.plan import PlanWorkflow
from trailboss.workflows.poll import PollWorkflow
from trailboss.workflows.preview import FindWorkflow, PreviewWorkflow
from trailboss.workflows.restore import RestorePlanWorkflow, RestoreWorkflow
from trailboss.workflows.snapshots import SnapshotListWorkflow, SnapshotWorkflow

WORKFLOWS: Sequence[type] = (
    ClusterWorkflow,
    ChangeWorkflow,
    FindWorkflow,
    MachineWorkflow,
    PlanWorkflow,
    PollWorkflow,
    PreviewWorkflow,
    RestorePlanWorkflow,
    RestoreWorkflow,
    SnapshotListWorkflow,
    SnapshotWorkflow,
)


def activities(client: Client, pool: SSHPool, settings: Settings) -> list[Callable[..., Any]]:
    """Return all activities, bound to this worker's connections and settings."""
    joining, settling = JoiningActivities(pool), SettlingActivities(pool)
    draining, upgrading, removing = DrainingActivities(pool), UpgradingActivities(pool), RemovingActivities(pool)
    previewing, reconfiguring = PreviewingActivities(pool), ReconfiguringActivities(pool)
    snapshots = settings.home / "snapshots"
    asking, restoring = SnapshotAskingActivities(pool, snapshots), RestoringActivities(pool, snapshots)
    snapshotting = SnapshottingActivities(pool, snapshots)
    return [
        ObservingActivities(pool).plan_change,
        *PreparingActivities(pool).activities(),
        joining.init,
        joining.join,
        joining.etcd_member,
        settling.pod_network,
        settling.labels_and_taints,
        settling.node_ready,
        snapshotting.etcd_snapshot,
        snapshotting.last_snapshot,
        EtcdGateActivities(pool).etcd_gate,
        upgrading.apply,
        upgrading.node,
        upgrading.api_ready,
        draining.drain,
        draining.uncordon,
        removing.etcd_leave,
        removing.node_delete,
        removing.host_reset,
        PollActivities(client).poll_repository,
        next_window,
        asking.list_snapshots,
        asking.snapshot_source,
        restoring.plan_restore,
        restoring.check,
        restoring.etcd_restore,
        restoring.forget_nodes,
        LookingActivities(pool).look_again,
        RenewingActivities(pool).renew,
        reconfiguring.reconfigure,
        reconfiguring.record,
        reconfiguring.settings_record,
        reconfiguring.kubelet,
        TakingOverActivities(pool).take_over,
        previewing.preview_change,
        previewing.find_revision,
        AddonActivities(pool, settings.home).apply_addon,
    ]
