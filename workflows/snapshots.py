"""Snapshots on an operator's word: take one, list them."""

from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from trailboss.model.messages import StepResult
    from trailboss.model.snapshots import SnapshotInput, SnapshotSource, StoredSnapshots
    from trailboss.workflows import policies
    from trailboss.workflows.calls import attempt, question
    from trailboss.workflows.presentation import details_cluster, keys, problems
    from trailboss.workflows.presentation.shown import show

_SOURCE_WITHIN = timedelta(minutes=2)  # without an etcd that is well there is nothing to wait for
_LIST_WITHIN = timedelta(seconds=45)


@workflow.defn
class SnapshotWorkflow:
    """Takes a snapshot on a control plane whose etcd is well, and keeps it in the cluster's store."""

    @workflow.run
    async def run(self, given: SnapshotInput) -> StepResult:
        context = given.context
        keys.show(cluster=context.cluster, revision=context.revision.short)
        show(details_cluster.snapshot(context.cluster))
        try:
            source = await self._source(given)
            show(details_cluster.snapshot(context.cluster, source))
            taken = await attempt.start(context, source, "etcd-snapshot", within=policies.ERRAND_STEP)
        except ActivityError as error:
            raise ApplicationError(problems.innermost(error), type="SnapshotFailed", non_retryable=True) from error
        show(details_cluster.snapshot(context.cluster, source, taken.summary))
        return taken

    async def _source(self, given: SnapshotInput) -> str:
        summary = "find a control plane whose etcd is well"
        found = await question.ask("snapshot_source", given, SnapshotSource, summary=summary, within=_SOURCE_WITHIN)
        return found.machine


@workflow.defn
class SnapshotListWorkflow:
    """Lists what the cluster's store holds, as the worker sees it that carries this out."""

    @workflow.run
    async def run(self, given: SnapshotInput) -> StoredSnapshots:
        cluster = given.context.cluster
        summary = f"list the snapshots of {cluster}"
        found = await question.ask("list_snapshots", given, StoredSnapshots, summary=summary, within=_LIST_WITHIN)
        show(details_cluster.stored(cluster, found))
        return found
