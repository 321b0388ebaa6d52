from typing import Literal

from trailboss.model.base import Frozen
from trailboss.model.machine import Role

Operation = Literal["prepare", "init", "join", "settle"]


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

    `parallel` 1: strictly one machine at a time, in this order.
    """

    name: str
    parallel: int
    operations: tuple[MachineOperation, ...]


class Refusal(Frozen):
    """Something the manifests ask for that must not or cannot be done, and what can be done instead.

    `temporary`: it may pass by itself, so planning again later is worth it.
    """

    reason: str
    remedy: str
    temporary: bool = False


class Plan(Frozen):
    """Ordered steps with reasons. Nothing to do: no stages and no refusals.

    `notes` tell what was seen and left alone. `observed_version`: the oldest API server's version, "" where none runs.
    `postponed`: machines that could not be looked at and so have no part in this plan; plan again once they answer.
    """

    cluster: str
    kubernetes_version: str
    observed_version: str = ""
    stages: tuple[Stage, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
    postponed: tuple[str, ...] = ()

    @property
    def changes_nothing(self) -> bool:
        return not self.stages and not self.refusals

    @property
    def operations(self) -> tuple[MachineOperation, ...]:
        return tuple(operation for stage in self.stages for operation in stage.operations)
