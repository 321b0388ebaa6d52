"""One cluster, for as long as it lives: its single writer. Takes revisions, carries them out one after the other."""

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, ChildWorkflowError
from temporalio.workflow import ChildWorkflowHandle, ParentClosePolicy

with workflow.unsafe.imports_passed_through():
    from trailboss.model import names
    from trailboss.model.messages import ChangeInput, ClusterInput
    from trailboss.model.progress import ChangeOutcome, ChangeResult, ClusterPhase, ClusterStatus
    from trailboss.model.revision import RejectedRevision, Revision
    from trailboss.workflows import details, keys
    from trailboss.workflows.change import ChangeWorkflow

_PHASES: dict[ChangeOutcome, ClusterPhase] = {
    "done": "Ready",
    "nothing-to-do": "Ready",
    "superseded": "Pending",
    "refused": "Refused",
    "failed": "Failed",
}


@workflow.defn
class ClusterWorkflow:
    """Signals from the command line take no arguments: `pause`, `resume`, `retry`."""

    @workflow.init
    def __init__(self, cluster: ClusterInput) -> None:
        self._status = cluster.status or ClusterStatus(name=cluster.name)
        self._handled = cluster.handled_digest
        self._fence = cluster.fence
        self._change: ChildWorkflowHandle[ChangeWorkflow, ChangeResult] | None = None

    @workflow.run
    async def run(self, cluster: ClusterInput) -> None:
        keys.show(cluster=cluster.name)
        self._show()
        while not self._should_continue_as_new():
            await workflow.wait_condition(lambda: self._has_work() or self._should_continue_as_new())
            if self._has_work():
                await self._carry_out()
        await workflow.wait_condition(workflow.all_handlers_finished)
        workflow.continue_as_new(self._carried_over())

    @workflow.signal
    async def submit(self, revision: Revision) -> None:
        """Take a revision; one that asks for what is desired already changes nothing."""
        if self._status.desired and self._status.desired.digest == revision.digest:
            self._update(rejected=None)
            return
        self._update(desired=revision, rejected=None)
        if self._change:
            await self._change.signal(ChangeWorkflow.supersede)

    @workflow.signal
    def reject(self, rejected: RejectedRevision) -> None:
        """Note a revision that was not taken; the last good one stands. One without reasons takes the note back."""
        self._update(rejected=rejected if rejected.reasons else None)

    @workflow.signal
    async def pause(self) -> None:
        """Hold at the next safe point, between machines."""
        self._update(paused=True)
        if self._change:
            await self._change.signal(ChangeWorkflow.pause)

    @workflow.signal
    async def resume(self) -> None:
        self._update(paused=False)
        if self._change:
            await self._change.signal(ChangeWorkflow.resume)

    @workflow.signal
    def retry(self) -> None:
        """Plan the desired revision again after a change that failed or was refused."""
        if not self._change:
            self._handled = ""

    @workflow.query
    def status(self) -> ClusterStatus:
        return self._status

    @workflow.query
    def change_id(self) -> str:
        """Return the id of the change under way, "" if there is none."""
        return self._change.id if self._change else ""

    def _has_work(self) -> bool:
        desired = self._status.desired
        return desired is not None and desired.digest != self._handled and not self._status.paused

    async def _carry_out(self) -> None:
        revision = self._status.desired
        if revision is None:
            return
        self._handled = revision.digest
        self._update(phase="Changing", message=f"carrying out {revision.short}")
        try:
            self._conclude(revision, await self._run_change(revision))
        except ChildWorkflowError as error:
            self._conclude(revision, _broken(revision, error))

    async def _run_change(self, revision: Revision) -> ChangeResult:
        self._fence = max(self._fence + 1, int(workflow.now().timestamp() * 1000))
        self._change = await workflow.start_child_workflow(
            ChangeWorkflow.run,
            ChangeInput(
                cluster=self._status.name,
                revision=revision,
                fence=self._fence,
                paused=self._status.paused,
                initialised_before=self._status.applied is not None,
            ),
            id=names.change_id(self._status.name, revision.commit),
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            parent_close_policy=ParentClosePolicy.REQUEST_CANCEL,
            static_summary=f"{self._status.name} to {revision.short}: {revision.subject}"[:200],
        )
        if self._status.paused:
            await self._change.signal(ChangeWorkflow.pause)
        if self._status.desired != revision:
            await self._change.signal(ChangeWorkflow.supersede)
        try:
            return await self._change
        finally:
            self._change = None

    def _conclude(self, revision: Revision, result: ChangeResult) -> None:
        phase = _PHASES[result.outcome]
        if phase == "Ready":
            self._update(applied=revision, kubernetes_version=result.kubernetes_version)
        self._update(phase=phase, last_result=result, message=result.summary)

    def _update(self, **changes: object) -> None:
        self._status = ClusterStatus.model_validate({**dict(self._status), **changes})
        self._show()

    def _show(self) -> None:
        status = self._status
        revision = status.desired.short if status.desired else ""
        phase = "Paused" if status.paused else status.phase
        keys.show(phase=phase, revision=revision, version=status.kubernetes_version)
        workflow.set_current_details(details.cluster(status))

    def _should_continue_as_new(self) -> bool:
        return workflow.info().is_continue_as_new_suggested() and self._change is None

    def _carried_over(self) -> ClusterInput:
        return ClusterInput(
            name=self._status.name, status=self._status, fence=self._fence, handled_digest=self._handled
        )


def _broken(revision: Revision, error: ChildWorkflowError) -> ChangeResult:
    """Describe a change whose workflow itself ended badly: planning failed, or it was terminated or cancelled."""
    cause: BaseException = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    reason = cause.message if isinstance(cause, ApplicationError) else str(cause)
    return ChangeResult(revision=revision, outcome="failed", summary="the change ended early", problems=(reason,))
