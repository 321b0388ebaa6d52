from typing import Literal

from trailboss.model.base import Frozen
from trailboss.model.machine import Role
from trailboss.model.plan import Operation, Plan
from trailboss.model.revision import RejectedRevision, Revision

ChangePhase = Literal["Planning", "Changing", "Held", "Waiting"]
ClusterPhase = Literal[
    "Pending",
    "Planning",
    "Changing",
    "Restoring",
    "Held",
    "Waiting",
    "Paused",
    "Ready",
    "Incomplete",
    "Failed",
    "Refused",
    "Aborted",
]
StepState = Literal["waiting", "running", "held", "done", "failed", "skipped"]
ChangeOutcome = Literal["done", "nothing-to-do", "incomplete", "superseded", "refused", "failed", "aborted"]


class OperationProgress(Frozen):
    """Where one machine's operation stands. `step` is the step under way, or the one at which it ended early.

    `waits`: why the step has not come about yet, as its last attempt told; only who asks Temporal itself knows it.
    """

    machine: str
    role: Role
    operation: Operation
    state: StepState = "waiting"
    step: str = ""
    steps_done: int = 0
    steps_total: int = 0
    problem: str = ""
    waits: str = ""


class HeldMachine(Frozen):
    """A machine whose step cannot end by itself: it goes on, or is left alone, on the operator's word.

    `reasons`: what keeps the step from ending, one line each.
    """

    machine: str
    operation: Operation
    step: str
    reasons: tuple[str, ...]


class ChangeReport(Frozen):
    """What a change tells its cluster whenever that changes.

    `phase` "Held": an operator is asked, "Waiting": for something that comes by itself; `message` says for what.
    `version`: where the plan under way leads.
    """

    phase: ChangePhase = "Planning"
    message: str = ""
    version: str = ""
    awaits_approval: bool = False
    held: tuple[HeldMachine, ...] = ()


class ChangeProgress(Frozen):
    """Where a change stands; what the query `status` of a ChangeWorkflow answers.

    `hop` of `hops`: the plan under way, and how many there are to be; a plan leads over one minor version at most.
    """

    revision: Revision
    workflow_id: str
    stage: str = ""
    hop: int = 1
    hops: int = 1
    paused: bool = False
    stopping: str = ""
    report: ChangeReport = ChangeReport()
    operations: tuple[OperationProgress, ...] = ()
    plan: Plan | None = None


class ChangeSoFar(Frozen):
    """What a change has behind it, carried over continue-as-new.

    `plans`: how many were carried out; `operations`: in how many operations; `version`: where they have led.
    `skipped`: machines that take no further part, with the reason.
    """

    plans: int = 0
    operations: int = 0
    version: str = ""
    approved: bool = False
    skipped: dict[str, str] = {}


class ChangeResult(Frozen):
    """How a change ended. `problems`: one entry for each failed or skipped machine, with the end of its output.

    "incomplete": all went well, but for machines that an operator has skipped.
    """

    revision: Revision
    outcome: ChangeOutcome
    kubernetes_version: str = ""
    summary: str = ""
    problems: tuple[str, ...] = ()


class AuditEntry(Frozen):
    """One word of an operator. `at`: ISO 8601 in UTC; `who`: USER@HOST, "signal" where that is not known."""

    at: str
    who: str
    what: str
    why: str = ""
    revision: str = ""


class ClusterStatus(Frozen):
    """What the query `status` of a ClusterWorkflow answers.

    `report`: how the change under way stands, as it last told. `audit`: the last words of operators, newest last.
    `restored`: a restore was begun once, whether or not it came to its end.
    """

    name: str
    phase: ClusterPhase = "Pending"
    paused: bool = False
    desired: Revision | None = None
    applied: Revision | None = None
    kubernetes_version: str = ""
    rejected: RejectedRevision | None = None
    last_result: ChangeResult | None = None
    change: ChangeProgress | None = None
    report: ChangeReport | None = None
    message: str = ""
    audit: tuple[AuditEntry, ...] = ()
    restored: bool = False

    @property
    def initialised_before(self) -> bool:
        """The cluster stood before, so it must never be initialised again, whatever its machines tell now."""
        return self.applied is not None or self.restored
