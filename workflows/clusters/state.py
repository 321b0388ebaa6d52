"""How a cluster stands, and what operators say to it."""

from temporalio import workflow
from temporalio.workflow import ChildWorkflowHandle

with workflow.unsafe.imports_passed_through():
    from datetime import UTC

    from trailboss.model import names
    from trailboss.model.control import Control, ControlResult, Word
    from trailboss.model.messages import ClusterInput
    from trailboss.model.progress import AuditEntry, ChangeReport, ChangeResult, ClusterStatus
    from trailboss.workflows.calls.sending import send
    from trailboss.workflows.change import ChangeWorkflow
    from trailboss.workflows.changes.control import WORDS, OperatorControl, refusal
    from trailboss.workflows.clusters import destroying
    from trailboss.workflows.presentation import details_cluster, keys
    from trailboss.workflows.presentation.shown import show

_AUDIT_KEPT = 50


def utc_now() -> str:
    """Return the workflow's time: ISO 8601 in UTC."""
    return workflow.now().astimezone(UTC).isoformat(timespec="seconds")


class ClusterState(OperatorControl):
    """`handled`: digest of the revision that a change has had in hand. `change`: the one under way, once it runs."""

    def __init__(self, cluster: ClusterInput) -> None:
        self._unsaid: list[Control] = []
        self.state = cluster.status or ClusterStatus(name=cluster.name)
        self.handled = cluster.handled_digest
        self.change: ChildWorkflowHandle[ChangeWorkflow, ChangeResult] | None = None

    async def take(self, control: Control) -> str:
        """Note what an operator says, do it, and pass it on to the change under way."""
        if control.action == "destroy":
            return self._confirm_destruction(control)
        self.note(control)
        if self.change:
            await send(self.change, "obey", control)
        elif self.state.report:
            self._unsaid.append(control)
        return WORDS[control.action]

    def refusal(self, control: Control) -> str:
        if control.action == "retry" and self.state.desired is None:
            return "no revision was submitted yet: there is nothing to try again"
        if control.action == "destroy":
            return destroying.refusal(control, self.state)
        return refusal(control, self.state.report)

    @workflow.update(name=names.DESTROY)
    async def destroy_by(self, word: Word) -> ControlResult:
        """Destroy the cluster, whose manifests must say that, too."""
        return await self._do("destroy", word)

    @destroy_by.validator
    def _may_destroy(self, word: Word) -> None:
        self._check("destroy", word)

    @workflow.signal
    def noted(self, control: Control) -> None:
        """Hear from the change what an operator said to it, and what it has done already."""
        self.note(control)

    @workflow.signal
    def report(self, report: ChangeReport) -> None:
        """Hear from the change how it stands."""
        if self.state.report:
            self.update(report=report, phase=report.phase, message=report.message)

    @workflow.query
    def status(self) -> ClusterStatus:
        return self.state

    @workflow.query
    def change_id(self) -> str:
        """Return the id of the change under way, "" if there is none."""
        return self.change.id if self.change else ""

    async def say_what_was_unsaid(self) -> None:
        """Pass on to the change what was said while it was being started."""
        while self.change and self._unsaid:
            await send(self.change, "obey", self._unsaid.pop(0))

    def note(self, control: Control) -> None:
        """Do what concerns the cluster itself, and write the word into the audit."""
        if control.action == "retry" and not self.state.report:
            self.handled = ""
        audit = self._audit(control, f"{control.action} {control.machine}".rstrip())
        if control.action in {"pause", "resume"}:
            self.update(paused=control.action == "pause", audit=audit)
        else:
            self._keep(audit)

    def record(self, word: Word, what: str) -> None:
        """Write into the audit what an operator has asked for."""
        self._keep(self._audit(word, what))

    def _keep(self, audit: tuple[AuditEntry, ...]) -> None:
        self.state = self.state.model_copy(update={"audit": audit})
        show(details_cluster.cluster(self.state))

    def _confirm_destruction(self, control: Control) -> str:
        """A signal comes here without having been judged; one that means nothing now does nothing."""
        if reason := self.refusal(control):
            return reason
        self.note(control)
        self.update(destroy_confirmed=control.commit)
        self.handled = ""
        return WORDS[control.action]

    def _audit(self, word: Word, what: str) -> tuple[AuditEntry, ...]:
        """Return the audit with one more entry."""
        revision = self.state.desired.short if self.state.desired else ""
        entry = AuditEntry(at=utc_now(), who=word.by, what=what, why=word.why, revision=revision)
        return (*self.state.audit, entry)[-_AUDIT_KEPT:]

    def update(self, **changes: object) -> None:
        self.state = ClusterStatus.model_validate({**dict(self.state), **changes})
        self.show()

    def show(self) -> None:
        state, report = self.state, self.state.report
        busy = report is not None and report.phase in {"Held", "Waiting"}
        keys.show(
            phase="Paused" if state.paused else state.phase,
            revision=state.desired.short if state.desired else "",
            version=state.kubernetes_version,
            drift=state.drifts,
            problem=state.message if busy or state.phase in {"Failed", "Refused"} else "",
        )
        show(details_cluster.cluster(state))
