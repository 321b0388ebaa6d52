"""A herd that can also be asked for snapshots and restores."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from temporalio import activity
from tests.unit.workflows.herd import Herd
from tests.unit.workflows.plans import operation

from trailboss.model.snapshots import (
    RestoreInput,
    RestorePlan,
    SnapshotInput,
    SnapshotSource,
    StoredSnapshot,
    StoredSnapshots,
)

NAME = "20251125T161331Z-v1.33.4"
SNAPSHOT = StoredSnapshot(name=NAME, where="/x", kubernetes_version="1.33.4")
TARGET = operation("cp-1", "restore", "host-reset", "images", "etcd-restore", "forget-nodes")
PLAN = RestorePlan(
    cluster="demo",
    snapshot=SNAPSHOT,
    target=TARGET,
    resets=(operation("cp-2", "remove", "host-reset"), operation("cp-3", "remove", "host-reset")),
)


@dataclass
class Ranch(Herd):
    """`asked`: what the activities of errands were asked. `restore`: what a restore is found to be."""

    restore: RestorePlan = PLAN
    asked: list[Any] = field(default_factory=list)

    def activities(self) -> list[Callable[..., Any]]:
        @activity.defn(name="snapshot_source")
        async def snapshot_source(given: SnapshotInput) -> SnapshotSource:
            self.asked.append(given)
            return SnapshotSource(machine="cp-2")

        @activity.defn(name="plan_restore")
        async def plan_restore(given: RestoreInput) -> RestorePlan:
            self.asked.append(given)
            return self.restore

        @activity.defn(name="list_snapshots")
        async def list_snapshots(given: SnapshotInput) -> StoredSnapshots:
            self.asked.append(given)
            return StoredSnapshots(snapshots=(SNAPSHOT,))

        return [*super().activities(), snapshot_source, plan_restore, list_snapshots]
