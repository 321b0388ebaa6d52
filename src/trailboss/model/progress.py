from typing import Literal

from trailboss.model.base import Frozen
from trailboss.model.machine import Role
from trailboss.model.plan import Operation, Plan
from trailboss.model.revision import RejectedRevision, Revision

ClusterPhase = Literal["Pending", "Planning", "Changing", "Paused", "Ready", "Failed", "Refused"]
StepState = Literal["waiting", "running", "done", "failed"]
ChangeOutcome = Literal["done", "nothing-to-do", "superseded", "refused", "failed"]


class OperationProgress(Frozen):
    """Where one machine's operation stands. `step` is the step under way or the one that failed."""

    machine: str
    role: Role
    operation: Operation
    state: StepState = "waiting"
    step: str = ""
    steps_done: int = 0
    steps_total: int = 0
    problem: str = ""


class ChangeProgress(Frozen):
    """Where a change stands; what the query `status` of a ChangeWorkflow answers."""

    revision: Revision
    workflow_id: str
    stage: str = ""
    paused: bool = False
    operations: tuple[OperationProgress, ...] = ()
    plan: Plan | None = None


class ChangeResult(Frozen):
    """How a change ended. `problems`: one entry for each failed machine, with the end of its output."""

    revision: Revision
    outcome: ChangeOutcome
    kubernetes_version: str = ""
    summary: str = ""
    problems: tuple[str, ...] = ()


class ClusterStatus(Frozen):
    """What the query `status` of a ClusterWorkflow answers."""

    name: str
    phase: ClusterPhase = "Pending"
    paused: bool = False
    desired: Revision | None = None
    applied: Revision | None = None
    kubernetes_version: str = ""
    rejected: RejectedRevision | None = None
    last_result: ChangeResult | None = None
    change: ChangeProgress | None = None
    message: str = ""
