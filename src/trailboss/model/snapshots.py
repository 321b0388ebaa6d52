"""Snapshots of etcd and what belongs to them, as stores, workflows and the command line speak of them."""

from datetime import UTC, datetime

from pydantic import Field

from trailboss.model.base import Frozen
from trailboss.model.control import Word
from trailboss.model.messages import ChangeContext
from trailboss.model.plan import MachineOperation
from trailboss.model.progress import OperationProgress

_TIME = "%Y%m%dT%H%M%SZ"


class Snapshot(Frozen):
    """The record of a set in a store, beside which it stands as JSON.

    `name`: UTC time and Kubernetes version ("20251125T161331Z-v1.33.5"), so that names sort by age. `revision`: etcd's
    when the snapshot began. `size`: bytes. `members`: names of etcd's members at that time. `commit`: of the manifests
    in hand then. `authorities_sha256`: of the archive of the cluster's authorities, "" where the set has none.
    """

    name: str
    cluster: str
    kubernetes_version: str
    etcd_version: str = ""
    revision: int
    sha256: str
    size: int
    members: tuple[str, ...] = ()
    taken_by: str = ""
    commit: str = ""
    authorities_sha256: str = ""
    stored_at: datetime = Field(default_factory=lambda: datetime.now(UTC))


class StoredSnapshot(Frozen):
    """A snapshot as a store lists it; what its record does not tell is "" or 0.

    `where`: path or URL of its data. `missing`: why it cannot be restored, "" if it can.
    """

    name: str
    where: str
    size: int = 0
    kubernetes_version: str = ""
    sha256: str = ""
    etcd_members: int = 0
    commit: str = ""
    missing: str = ""

    @property
    def complete(self) -> bool:
        return not self.missing

    @property
    def taken_at(self) -> datetime | None:
        """The time in its name, None where that has none."""
        return taken_at(self.name)


class StoredSnapshots(Frozen):
    """What a cluster's store holds, oldest first."""

    snapshots: tuple[StoredSnapshot, ...] = ()


class RestoreWord(Word):
    """An operator's word to restore.

    `snapshot` "": the newest that is complete; `control_plane` "": the first that answers.
    """

    snapshot: str = ""
    control_plane: str = ""


class ErrandStarted(Frozen):
    """Where an errand of a cluster can be followed."""

    workflow_id: str
    run_id: str


class SnapshotInput(Frozen):
    """Argument of the workflows that take or list snapshots."""

    context: ChangeContext


class SnapshotSource(Frozen):
    """The control plane that a snapshot can be taken on."""

    machine: str


class RestoreInput(Frozen):
    """Argument of the workflows that plan a restore or carry it out; fields as in RestoreWord."""

    context: ChangeContext
    snapshot: str = ""
    control_plane: str = ""


class RestorePlan(Frozen):
    """What a restore comes to. With refusals there is nothing to do.

    `target`: the control plane that gets the data. `resets`: other control planes, which are taken apart first. `lost`:
    control planes that do not answer, with the reason. `steps` of `target`, in order, are its operation's.
    """

    cluster: str
    snapshot: StoredSnapshot | None = None
    target: MachineOperation | None = None
    resets: tuple[MachineOperation, ...] = ()
    lost: dict[str, str] = {}
    notes: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()


class RestoreProgress(Frozen):
    """Where a restore stands; what the query `status` of a RestoreWorkflow answers."""

    plan: RestorePlan | None = None
    operations: tuple[OperationProgress, ...] = ()


def taken_at(name: str) -> datetime | None:
    """Return the time in a snapshot's name, None where it has none."""
    try:
        return datetime.strptime(name.partition("-")[0], _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
