"""One cluster, for as long as it lives: its single writer. Takes revisions, carries them out one after the other."""

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, CancelledError, ChildWorkflowError, WorkflowAlreadyStartedError
from temporalio.workflow import ChildWorkflowHandle, ParentClosePolicy

with workflow.unsafe.imports_passed_through():
    from collections.abc import Sequence

    from trailboss.model import names
    from trailboss.model.addons import AddonProgress
    from trailboss.model.messages import ChangeInput, ClusterInput
    from trailboss.model.progress import ChangeOutcome, ChangeReport, ChangeResult, ClusterPhase
    from trailboss.model.revision import RejectedRevision, Revision
    from trailboss.plan import titles
    from trailboss.workflows import patches
    from trailboss.workflows.calls.sending import send
    from trailboss.workflows.change import ChangeWorkflow
    from trailboss.workflows.clusters import lookout
    from trailboss.workflows.clusters.errands import Errands
    from trailboss.workflows.clusters.state import utc_now
    from trailboss.workflows.presentation import keys

_PHASES: dict[ChangeOutcome, ClusterPhase] = {
    "done": "Ready",
    "nothing-to-do": "Ready",
    "incomplete": "Incomplete",
    "superseded": "Pending",
    "refused": "Refused",
    "failed": "Failed",
    "aborted": "Aborted",
    "destroyed": "Destroyed",
}


@workflow.defn
class ClusterWorkflow(Errands):
    """Signals from the command line take no arguments: `pause`, `resume`, `abort`, `approve`, `retry`."""

    @workflow.init
    def __init__(self, cluster: ClusterInput) -> None:
        super().__init__(cluster)

    @workflow.run
    async def run(self, cluster: ClusterInput) -> None:
        keys.show(cluster=cluster.name)
        self.show()
        while not self._should_continue_as_new():
            if not await lookout.wait(lambda: self._is_woken() or self._should_continue_as_new()):
                await self._look_again()
            if self.errand:
                await self.run_errand()
            elif self._has_work():
                await self._carry_out()
        self.ending = True
        await workflow.wait_condition(workflow.all_handlers_finished)
        workflow.continue_as_new(self._carried_over())

    @workflow.signal
    async def submit(self, revision: Revision) -> None:
        """Take a revision; one that asks for what is desired already changes nothing."""
        if self.state.desired and self.state.desired.digest == revision.digest:
            self.update(rejected=None)
            return
        self.update(desired=revision, rejected=None, destroy_confirmed="", destroyed_at="")
        if self.change:
            await send(self.change, "supersede")

    @workflow.signal
    def reject(self, rejected: RejectedRevision) -> None:
        """Note a revision that was not taken; the last good one stands. One without reasons takes the note back.

        That the folder of a cluster is gone which is destroyed is nothing to tell.
        """
        done_for = self.state.phase == "Destroyed" and not rejected.revision.digest
        self.update(rejected=rejected if rejected.reasons and not done_for else None)

    def _is_woken(self) -> bool:
        return self.errand is not None or self._has_work()

    def _has_work(self) -> bool:
        desired = self.state.desired
        return desired is not None and desired.digest != self.handled and not self.state.paused

    async def _look_again(self) -> None:
        """Plan and carry out what was applied once more if something of it has come due; drift is shown alone."""
        due = await lookout.look(self.state)
        if self.state.phase != "Ready":
            return
        if due.reasons:
            self.handled = ""
            self.update(message=f"due: {'; '.join(due.reasons)}")
        elif due.drift is not None and due.drift != self.state.drift and workflow.patched(patches.DRIFT):
            self.update(drift=due.drift)

    async def _carry_out(self) -> None:
        revision = self.state.desired
        if revision is None:
            return
        self.handled = revision.digest
        self.update(phase="Changing", report=ChangeReport(), message=f"carrying out {revision.short}")
        try:
            self._conclude(revision, await self._run_change(revision))
        except (ChildWorkflowError, WorkflowAlreadyStartedError) as error:
            self._conclude(revision, _broken(revision, error))

    async def _run_change(self, revision: Revision) -> ChangeResult:
        self.take_fence()
        change = await self._start(revision)
        self.change = change
        try:
            await self.say_what_was_unsaid()
            if self.state.desired != revision:
                await send(change, "supersede")
            return await change
        finally:
            self.change = None

    async def _start(self, revision: Revision) -> ChildWorkflowHandle[ChangeWorkflow, ChangeResult]:
        return await workflow.start_child_workflow(
            ChangeWorkflow.run,
            ChangeInput(
                cluster=self.state.name,
                revision=revision,
                fence=self._fence,
                paused=self.state.paused,
                initialised_before=self.state.initialised_before,
                applied=self.state.applied,
                destroy_confirmed=self.state.destroy_confirmed,
            ),
            id=names.change_id(self.state.name, revision.commit),
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            parent_close_policy=ParentClosePolicy.REQUEST_CANCEL,
            **titles.change(self.state.name, revision),
        )

    def _conclude(self, revision: Revision, result: ChangeResult) -> None:
        phase = _PHASES[result.outcome]
        if phase == "Ready":
            self.update(applied=revision, kubernetes_version=result.kubernetes_version, destroyed_at="")
        elif phase == "Destroyed":
            self.update(applied=None, restored=False, kubernetes_version="", destroyed_at=utc_now())
        self._unsaid.clear()
        when = f"{self.state.destroyed_at}: " if phase == "Destroyed" else ""
        addons = () if phase == "Destroyed" else _addons(self.state.addons, result, whole=phase == "Ready")
        message = when + result.summary
        self.update(phase=phase, report=None, last_result=result, message=message, addons=addons, drift=())

    def _should_continue_as_new(self) -> bool:
        return workflow.info().is_continue_as_new_suggested() and not (self.change or self.errand)

    def _carried_over(self) -> ClusterInput:
        return ClusterInput(name=self.state.name, status=self.state, fence=self._fence, handled_digest=self.handled)


def _addons(before: Sequence[AddonProgress], result: ChangeResult, *, whole: bool) -> tuple[AddonProgress, ...]:
    """Return how each addon stands now; one that was taken away is told of no more.

    `whole`: the change came to its end. What it had not in hand, and what was not as it should be, is then in no
    manifest any more, whether it was ever applied or not.
    """
    by_name = {one.name: one for one in before}
    if whole:
        as_they_are = (by_name.get(name) for name in result.addons_kept)
        done = {one.name: one for one in as_they_are if one and one.state == "done"}
        by_name = {name: done.get(name) or AddonProgress(name=name, state="done") for name in result.addons_kept}
    by_name |= {one.name: one for one in result.addons}
    return tuple(one for one in by_name.values() if one.operation == "apply" or one.state != "done")


def _broken(revision: Revision, error: BaseException) -> ChangeResult:
    """Describe a change whose workflow itself ended badly: planning failed, or it was terminated or cancelled."""
    cause = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    reason = cause.message if isinstance(cause, ApplicationError) else str(cause)
    outcome: ChangeOutcome = "aborted" if isinstance(cause, CancelledError) else "failed"
    return ChangeResult(revision=revision, outcome=outcome, summary="the change ended early", problems=(reason,))
