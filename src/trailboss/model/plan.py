from typing import Literal

from trailboss.model.addons import AddonPlan
from trailboss.model.base import Frozen
from trailboss.model.machine import Role
from trailboss.model.rollout import Window

Operation = Literal[
    "prepare",
    "init",
    "join",
    "settle",
    "stage",
    "snapshot",
    "upgrade",
    "remove",
    "destroy",
    "restore",
    "renew",
    "reconfigure",
    "record",
    "kubelet",
    "adopt",
]


class Step(Frozen):
    """One idempotent effect on one machine. `name` is its activity's name; `reason` completes "because …"."""

    name: str
    reason: str


class MachineOperation(Frozen):
    """What one machine goes through in one stretch: one MachineWorkflow."""

    machine: str
    role: Role
    operation: Operation
    steps: tuple[Step, ...]


class Stage(Frozen):
    """Operations that belong together; the stages of a plan follow each other.

    `parallel` 1: strictly one machine at a time, in this order. `disrupts`: machines leave service, so windows and
    approval count. `first_alone`: the first operation ends before any other begins. `soak_seconds`: how long to wait
    after each operation before its slot is free. `failure_budget`: failed operations that do not stop the change.
    """

    name: str
    parallel: int
    operations: tuple[MachineOperation, ...]
    disrupts: bool = False
    first_alone: bool = False
    soak_seconds: float = 0
    failure_budget: int = 0


class Refusal(Frozen):
    """Something the manifests ask for that must not or cannot be done, and what can be done instead.

    `temporary`: it may pass by itself, so planning again later is worth it. `check`: the name by which the manifests
    can waive it, "" for what cannot be waived. `machine`: the one that it is about, "" for the cluster.
    """

    reason: str
    remedy: str
    temporary: bool = False
    check: str = ""
    machine: str = ""


class Plan(Frozen):
    """Ordered steps with reasons. Nothing to do: no stages and no refusals.

    `notes` tell what was seen and left alone. `observed_version`: the oldest API server's version, "" where none runs.
    `postponed`: machines that could not be looked at and so have no part in this plan; plan again once they answer.
    `kubernetes_version`: where this plan leads; `later_versions`: where later plans lead, until the manifests' version
    is reached; its own version may come again there, for what waits for this plan's end (kubelets, newcomers).
    `waived`: what checks found and the manifests let pass. `approval`: an operator approves before the first stage that
    disrupts; `windows`: when that may begin, none: at any time.
    `addons`: those that are applied, in this order, once the stages are done, then those that are taken away;
    `addons_kept`: the names of those that are there as the manifests have them.
    `destroys`: the manifests say that the whole cluster goes; there are stages once an operator has confirmed that.
    """

    cluster: str
    kubernetes_version: str
    later_versions: tuple[str, ...] = ()
    observed_version: str = ""
    stages: tuple[Stage, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
    postponed: tuple[str, ...] = ()
    waived: tuple[Refusal, ...] = ()
    approval: bool = False
    windows: tuple[Window, ...] = ()
    destroys: bool = False
    addons: tuple[AddonPlan, ...] = ()
    addons_kept: tuple[str, ...] = ()

    @property
    def changes_nothing(self) -> bool:
        return not self.stages and not self.refusals and not self.addons

    @property
    def operations(self) -> tuple[MachineOperation, ...]:
        return tuple(operation for stage in self.stages for operation in stage.operations)
