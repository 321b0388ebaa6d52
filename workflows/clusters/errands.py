"""What a cluster's single writer does on an operator's word beside changes: a snapshot, a restore. One at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, ChildWorkflowError, WorkflowAlreadyStartedError
from temporalio.workflow import ParentClosePolicy

with workflow.unsafe.imports_passed_through():
    from trailboss.model import names
    from trailboss.model.base import Frozen
    from trailboss.model.control import Word
    from trailboss.model.messages import ChangeContext, ClusterInput, StepResult
    from trailboss.model.snapshots import ErrandStarted, RestoreInput, RestoreWord, SnapshotInput
    from trailboss.plan import titles
    from trailboss.workflows.clusters.state import ClusterState
    from trailboss.workflows.presentation import problems
    from trailboss.workflows.restore import RestoreWorkflow
    from trailboss.workflows.snapshots import SnapshotWorkflow


@dataclass
class Errand:
    """`given`: makes the workflow's argument, once the errand has its fence. `started` or `problem`: how it began."""

    words: str
    workflow: Any
    id: str
    given: Callable[[ChangeContext], Frozen]
    restores: bool = False
    started: ErrandStarted | None = None
    problem: str = ""


class Errands(ClusterState):
    """An errand is taken only while no change is under way or about to begin; changes then wait for its end."""

    def __init__(self, cluster: ClusterInput) -> None:
        super().__init__(cluster)
        self._fence = cluster.fence
        self.errand: Errand | None = None
        self.ending = False

    def _has_work(self) -> bool:
        """Tell whether a change is about to begin."""
        raise NotImplementedError

    @workflow.update(name=names.SNAPSHOT)
    async def take_snapshot(self, word: Word) -> ErrandStarted:
        """Take a snapshot of etcd."""
        cluster = self.state.name
        errand = Errand("snapshot", SnapshotWorkflow.run, names.snapshot_id(cluster), _snapshot)
        return await self._begin(errand, word)

    @workflow.update(name=names.RESTORE)
    async def restore_snapshot(self, word: RestoreWord) -> ErrandStarted:
        """Throw the control planes away and bring one back from a snapshot."""

        def given(context: ChangeContext) -> Frozen:
            return RestoreInput(context=context, snapshot=word.snapshot, control_plane=word.control_plane)

        on = f" on {word.control_plane}" if word.control_plane else ""
        words = f"restore {word.snapshot or 'the newest snapshot'}{on}"
        errand = Errand(words, RestoreWorkflow.run, names.restore_id(self.state.name), given, restores=True)
        return await self._begin(errand, word)

    @take_snapshot.validator
    def _may_take(self, word: Word) -> None:
        self._check_idle(word)

    @restore_snapshot.validator
    def _may_restore(self, word: RestoreWord) -> None:
        self._check_idle(word)

    async def run_errand(self) -> None:
        """Carry out the errand at hand; how it ends is for its own workflow to tell, but for a restore."""
        errand = self.errand
        if errand is None:
            return
        try:
            await self._carry_out_errand(errand)
        finally:
            self.errand = None

    def take_fence(self) -> int:
        """Return a token greater than any before: hosts refuse whoever comes with a lower one."""
        self._fence = max(self._fence + 1, int(workflow.now().timestamp() * 1000))
        return self._fence

    async def _begin(self, errand: Errand, word: Word) -> ErrandStarted:
        self.errand = errand
        self.record(word, errand.words)
        await workflow.wait_condition(lambda: errand.started is not None or bool(errand.problem))
        if errand.started is None:
            raise ApplicationError(errand.problem, type="Refused")
        return errand.started

    async def _carry_out_errand(self, errand: Errand) -> None:
        if errand.restores:
            self.update(phase="Restoring", restored=True, message=errand.words)
        try:
            ended = await self._run(errand)
        except (ChildWorkflowError, WorkflowAlreadyStartedError) as error:
            errand.problem = problems.innermost(error)
            if errand.restores:
                self.update(phase="Failed", message=errand.problem)
            return
        if errand.restores:
            self.handled = ""  # the other control planes join in a change, and whatever else differs is made right
            self.update(phase="Pending", message=ended.summary)

    async def _run(self, errand: Errand) -> StepResult:
        child = await workflow.start_child_workflow(
            errand.workflow,
            errand.given(self._context()),
            id=errand.id,
            result_type=StepResult,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            parent_close_policy=ParentClosePolicy.REQUEST_CANCEL,
            **titles.errand(self.state.name, errand.words),
        )
        errand.started = ErrandStarted(workflow_id=child.id, run_id=child.first_execution_run_id or "")
        ended: StepResult = await child
        return ended

    def _context(self) -> ChangeContext:
        state = self.state
        if state.desired is None:
            raise ApplicationError("no revision was submitted yet")  # the validators have seen to that
        return ChangeContext(
            cluster=state.name,
            revision=state.desired,
            fence=self.take_fence(),
            initialised_before=state.initialised_before,
            applied=state.applied,
        )

    def _check_idle(self, _word: Word) -> None:
        if self.errand is not None:
            raise ApplicationError(f"something else is being done: {self.errand.words}", type=names.BUSY)
        if reason := self._refusal():
            raise ApplicationError(reason, type="Refused")

    def _refusal(self) -> str:
        name, desired = self.state.name, self.state.desired
        if desired is None:
            return "no revision was submitted yet: which machines it is about is not known"
        if self.state.destroy_confirmed == desired.commit:
            return f"its desired revision {desired.short} destroys it, as was confirmed"
        if self.state.report is not None or self._has_work():
            return f"a change is under way: wait for its end, or stop it: `trailboss abort {name}`"
        return "this cluster's workflow begins a new history now; try again in a moment" if self.ending else ""


def _snapshot(context: ChangeContext) -> Frozen:
    return SnapshotInput(context=context)
