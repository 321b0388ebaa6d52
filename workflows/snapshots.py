"""Snapshots on an operator's word: take one, list them."""

from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from trailboss.model.messages import StepResult
    from trailboss.model.snapshots import SnapshotInput, SnapshotSource, StoredSnapshots
    from trailboss.workflows import attempt, keys, policies, problems

_SOURCE_WITHIN = timedelta(minutes=2)  # without an etcd that is well there is nothing to wait for
_LIST_WITHIN = timedelta(seconds=45)


@workflow.defn
class SnapshotWorkflow:
    """Takes a snapshot on a control plane whose etcd is well, and keeps it in the cluster's store."""

    @workflow.run
    async def run(self, given: SnapshotInput) -> StepResult:
        context = given.context
        keys.show(cluster=context.cluster, revision=context.revision.short)
        try:
            source = await self._source(given)
            taken = await attempt.start(context, source, "etcd-snapshot", within=policies.ERRAND_STEP)
        except ActivityError as error:
            raise ApplicationError(problems.innermost(error), type="SnapshotFailed", non_retryable=True) from error
        workflow.set_current_details(f"taken on **{source}**: {taken.summary}")
        return taken

    async def _source(self, given: SnapshotInput) -> str:
        found: SnapshotSource = await workflow.execute_activity(
            "snapshot_source",
            given,
            result_type=SnapshotSource,
            summary="find a control plane whose etcd is well",
            start_to_close_timeout=_SOURCE_WITHIN,
            schedule_to_close_timeout=_SOURCE_WITHIN,
            heartbeat_timeout=policies.HEARTBEAT,
            retry_policy=policies.PATIENT,
        )
        return found.machine


@workflow.defn
class SnapshotListWorkflow:
    """Lists what the cluster's store holds, as the worker sees it that carries this out."""

    @workflow.run
    async def run(self, given: SnapshotInput) -> StoredSnapshots:
        listed: StoredSnapshots = await workflow.execute_activity(
            "list_snapshots",
            given,
            result_type=StoredSnapshots,
            summary=f"list the snapshots of {given.context.cluster}",
            start_to_close_timeout=_LIST_WITHIN,
            schedule_to_close_timeout=_LIST_WITHIN,
            heartbeat_timeout=policies.HEARTBEAT,
            retry_policy=policies.PATIENT,
        )
        return listed
