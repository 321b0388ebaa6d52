from typing import Literal

from trailboss.model.addons import AddonProgress
from trailboss.model.base import Frozen
from trailboss.model.control import Control
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
    "Destroyed",
]
StepState = Literal["waiting", "running", "held", "done", "failed", "skipped"]
Drift = Literal["none", "found", "unknown"]
ChangeOutcome = Literal[
    "done", "nothing-to-do", "incomplete", "superseded", "refused", "failed", "aborted", "destroyed"
]

_LONG_ATTEMPTS = 3


class OperationProgress(Frozen):
    """Where one machine's operation stands. `step` is the step under way, or the one at which it ended early.

    `waits`: why the step has not come about yet, and `attempts`: how many have failed, as its machine last told; who
    asks Temporal itself knows it at once.
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
    attempts: int = 0

    @property
    def waits_words(self) -> str:
        return f"attempt {self.attempts} failed: {self.waits}" if self.waits else ""

    @property
    def waits_long(self) -> bool:
        """True if whoever looks after the machine should know."""
        return self.attempts >= _LONG_ATTEMPTS


class NotYet(Frozen):
    """A step of a machine that is tried again without end. `reason` "": it has come about after all."""

    machine: str
    step: str
    attempts: int = 0
    reason: str = ""


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
    addons: tuple[AddonProgress, ...] = ()


class ChangeSoFar(Frozen):
    """What a change has behind it, carried over continue-as-new.

    `plans`: how many were carried out; `operations`: in how many operations; `versions`: where they have led; older
    changes carried the last of them alone, `version`. `skipped`: machines that take no further part, with the reason;
    `skips`: the operator's words on machines that had not begun. `addons`: those that it has had in hand.
    """

    plans: int = 0
    operations: int = 0
    version: str = ""
    versions: tuple[str, ...] = ()
    approved: bool = False
    skipped: dict[str, str] = {}
    skips: dict[str, Control] = {}
    addons: tuple[AddonProgress, ...] = ()


class ChangeResult(Frozen):
    """How a change ended. `problems`: one entry for each machine or addon that failed or was left out, with its words.

    Addons that failed do not make a change "failed": the machines are as the manifests have them. `addons`: those that
    it had in hand; `addons_kept`: the names of those that were as the manifests have them when it made its last plan.

    "incomplete": all went well, but for machines that an operator has skipped; "destroyed", too. `destroys`: the
    manifests say that the cluster goes, whether that was confirmed or not.
    """

    revision: Revision
    outcome: ChangeOutcome
    kubernetes_version: str = ""
    summary: str = ""
    problems: tuple[str, ...] = ()
    destroys: bool = False
    addons: tuple[AddonProgress, ...] = ()
    addons_kept: tuple[str, ...] = ()


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
    `destroy_confirmed`: the commit for which an operator has confirmed that it destroys the cluster, "" for none.
    `addons`: how each was left by the last change that had it in hand.
    `destroyed_at`: ISO 8601 in UTC, "" unless the cluster is gone; then there is no applied revision either.
    `drift`: what the last daily look found not to be as the applied revision has it, one line each.
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
    destroy_confirmed: str = ""
    destroyed_at: str = ""
    restored: bool = False
    addons: tuple[AddonProgress, ...] = ()
    drift: tuple[str, ...] = ()

    @property
    def drifts(self) -> Drift:
        if self.phase != "Ready":
            return "unknown"
        return "found" if self.drift else "none"

    @property
    def initialised_before(self) -> bool:
        """The cluster stood before, so it must never be initialised again, whatever its machines tell now."""
        return self.applied is not None or self.restored
