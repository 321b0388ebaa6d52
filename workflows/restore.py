"""A cluster comes back from a snapshot of etcd, on one control plane; the others join it in the change that follows."""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from trailboss.model.messages import ChangeContext, StepResult
    from trailboss.model.plan import MachineOperation
    from trailboss.model.progress import OperationProgress, StepState
    from trailboss.model.snapshots import RestoreInput, RestorePlan, RestoreProgress, StoredSnapshot
    from trailboss.workflows import policies
    from trailboss.workflows.calls import attempt, question
    from trailboss.workflows.presentation import details_cluster, keys, problems
    from trailboss.workflows.presentation.shown import show

_PLAN_WITHIN = timedelta(minutes=3)


@workflow.defn
class RestorePlanWorkflow:
    """Tells what a restore would do, without changing anything."""

    @workflow.run
    async def run(self, given: RestoreInput) -> RestorePlan:
        show(details_cluster.asked(given.context.cluster))
        found = await _plan(given)
        show(details_cluster.restore_plan(found))
        return found


@workflow.defn
class RestoreWorkflow:
    """Takes apart what is left of the control planes, and brings one of them back with the snapshot's data.

    Begun anew after a failure, at whatever point, it does the same again: until it has ended well, no control plane is
    one of the cluster's.
    """

    @workflow.init
    def __init__(self, given: RestoreInput) -> None:
        self._cluster = given.context.cluster
        self._plan: RestorePlan | None = None
        self._progress: dict[str, OperationProgress] = {}

    @workflow.run
    async def run(self, given: RestoreInput) -> StepResult:
        keys.show(cluster=self._cluster, phase="Restoring", revision=given.context.revision.short)
        show(details_cluster.restore(self.status()))
        self._plan = await _plan(given)
        snapshot, target = _agreed(self._plan)
        restored = {"snapshot": snapshot.name, "version": snapshot.kubernetes_version}
        context = given.context.model_copy(update=restored)
        self._show_all((*self._plan.resets, target))
        await self._step(context, target, "snapshot-check", 0)
        # The target comes last: until then nothing of the old cluster is gone that it alone has.
        await self._reset_others(context, self._plan.resets)
        await self._operate(context, target)
        return StepResult(summary=f"{target.machine} serves Kubernetes {context.version} from {snapshot.name}")

    @workflow.query
    def status(self) -> RestoreProgress:
        return RestoreProgress(plan=self._plan, operations=tuple(self._progress.values()))

    async def _reset_others(self, context: ChangeContext, resets: tuple[MachineOperation, ...]) -> None:
        """Reset them side by side; all come to their end, also if one fails."""
        ended = await asyncio.gather(*(self._operate(context, one) for one in resets), return_exceptions=True)
        for error in ended:
            if error is not None:
                raise error

    async def _operate(self, context: ChangeContext, operation: MachineOperation) -> None:
        for done, step in enumerate(operation.steps):
            await self._step(context, operation, step.name, done)
        self._show(operation, "done", done=len(operation.steps))

    async def _step(self, context: ChangeContext, operation: MachineOperation, step: str, done: int) -> None:
        self._show(operation, "running", step, done=done)
        try:
            await attempt.start(context, operation.machine, step, within=policies.ERRAND_STEP)
        except ActivityError as error:
            reason = problems.restore_failed(self._cluster, operation.machine, step, problems.innermost(error))
            self._show(operation, "failed", step, reason, done=done)
            raise ApplicationError(reason, type="RestoreFailed", non_retryable=True) from error

    def _show_all(self, operations: tuple[MachineOperation, ...]) -> None:
        for operation in operations:
            self._show(operation, "waiting")

    def _show(
        self, operation: MachineOperation, state: StepState, step: str = "", problem: str = "", *, done: int = 0
    ) -> None:
        self._progress[operation.machine] = OperationProgress(
            machine=operation.machine,
            role=operation.role,
            operation=operation.operation,
            state=state,
            step=step,
            steps_done=done,
            steps_total=len(operation.steps),
            problem=problem,
        )
        show(details_cluster.restore(self.status()))


async def _plan(given: RestoreInput) -> RestorePlan:
    summary = "look at the store and at all control planes"
    return await question.ask("plan_restore", given, RestorePlan, summary=summary, within=_PLAN_WITHIN)


def _agreed(plan: RestorePlan) -> tuple[StoredSnapshot, MachineOperation]:
    """Return what is restored, and where.

    Raises:
        ApplicationError: something stands in the way; nothing was changed.
    """
    if plan.refusals or plan.snapshot is None or plan.target is None:
        reasons = "; ".join(plan.refusals) or "there is nothing to restore"
        raise ApplicationError(f"nothing was changed: {reasons}", type="Refused", non_retryable=True)
    return plan.snapshot, plan.target
