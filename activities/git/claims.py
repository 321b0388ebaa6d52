"""Which repository a cluster belongs to: the one that started its workflow, as long as that repository is followed."""

from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode

from trailboss.model import names
from trailboss.model.messages import ClusterInput
from trailboss.model.revision import Repository
from trailboss.plan import titles


async def claim(client: Client, cluster: str, repository: Repository, task_queue: str) -> str:
    """Claim a cluster for a repository; returns "" if it is the repository's, else why it is not.

    Polls of two repositories may run at the same instant. Starting the workflow is what only one of them can do, so
    it is started before anything is submitted, and then asked whose it is.
    """
    running = await _running(client, cluster)
    if running is None:
        await start(client, cluster, repository, task_queue)
        running = await _running(client, cluster)
    owner = str(await running.memo_value(names.MEMO_REPOSITORY, repository.name)) if running else repository.name
    if owner == repository.name or not await _followed(client, owner):
        return ""
    return f"the cluster {cluster} belongs to the repository {owner}; two repositories cannot both say what it is"


async def start(
    client: Client, cluster: str, repository: Repository, task_queue: str, *, signal: tuple[str, object] | None = None
) -> None:
    """Start a cluster's workflow unless it runs, and send it the signal (name, argument) in the same request."""
    name, argument = signal or (None, None)
    await client.start_workflow(
        names.CLUSTER_WORKFLOW,
        ClusterInput(name=cluster),
        id=names.cluster_id(cluster),
        task_queue=task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        memo={names.MEMO_REPOSITORY: repository.name},
        **titles.cluster(cluster, repository),
        start_signal=name,
        start_signal_args=[argument] if name else [],
    )


async def _running(client: Client, cluster: str) -> WorkflowExecutionDescription | None:
    try:
        found = await client.get_workflow_handle(names.cluster_id(cluster)).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    return found if found.status is WorkflowExecutionStatus.RUNNING else None


async def _followed(client: Client, repository: str) -> bool:
    try:
        await client.get_schedule_handle(names.schedule_id(repository)).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise
    return True
