"""Reads what is known of clusters: from their workflows, else from Temporal's search attributes."""

import asyncio
from datetime import timedelta
from typing import NoReturn, TypeVar

from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus, WorkflowQueryFailedError
from temporalio.common import SearchAttributeKey
from temporalio.service import RPCError, RPCStatusCode

from trailboss.cli.pending import why_not_yet
from trailboss.model import names
from trailboss.model.base import Frozen
from trailboss.model.errors import BadInput
from trailboss.model.problem import Problem
from trailboss.model.progress import ChangeProgress, ClusterStatus, OperationProgress

RUNNING = f"WorkflowType = '{names.CLUSTER_WORKFLOW}' AND ExecutionStatus = 'Running'"
_ANSWER_WITHIN = timedelta(seconds=5)
_AT_ONCE = 20
_PREFIX = names.cluster_id("")
# A query needs a worker; these are the ways in which Temporal says that none answered it.
_NO_ANSWER = {RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.FAILED_PRECONDITION, RPCStatusCode.CANCELLED}


Answer = TypeVar("Answer")


class ClusterView(Frozen):
    """A cluster as the CLI shows it. `answered` False: no worker answered, so only search attributes are known."""

    status: ClusterStatus
    answered: bool = True
    phase: str = ""
    revision: str = ""

    @property
    def shown_phase(self) -> str:
        return self.phase or ("Paused" if self.status.paused else self.status.phase)


async def read_clusters(client: Client) -> tuple[ClusterView, ...]:
    """Return all clusters by name; those asked at once are bounded."""
    slots = asyncio.Semaphore(_AT_ONCE)

    async def one(execution: WorkflowExecution) -> ClusterView:
        async with slots:
            return await _read(client, execution)

    found = [execution async for execution in client.list_workflows(RUNNING)]
    return tuple(await asyncio.gather(*map(one, sorted(found, key=lambda execution: execution.id))))


async def read_cluster(client: Client, name: str) -> ClusterView:
    """Return one cluster.

    Raises:
        BadInput: there is no such cluster; the message lists those that there are.
    """
    try:
        execution = await client.get_workflow_handle(names.cluster_id(name)).describe()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        await refuse_unknown(client, name)
    if execution.status is not WorkflowExecutionStatus.RUNNING:
        await refuse_unknown(client, name)
    return await _read(client, execution)


async def cluster_names(client: Client, *, limit: int | None = None) -> list[str]:
    """Return the names of all clusters, as Temporal's visibility has them."""
    return sorted(
        [execution.id.removeprefix(_PREFIX) async for execution in client.list_workflows(RUNNING, limit=limit)]
    )


async def refuse_unknown(client: Client, name: str) -> NoReturn:
    """Tell that no cluster has this name, and which names there are.

    Raises:
        BadInput: always.
    """
    allowed = (
        ", ".join(await cluster_names(client, limit=50))
        or "none yet; `trailboss repo add` follows a repository that holds some"
    )
    problem = Problem(file="CLUSTER", document=0, found=name, allowed=allowed, message="no such cluster")
    raise BadInput((problem,))


async def change_under_way(client: Client, cluster: str) -> str:
    """Return the id of the change's workflow, "" if there is none or no worker answers."""
    return await _ask(client, names.cluster_id(cluster), str, names.CHANGE_ID) or ""


async def _read(client: Client, execution: WorkflowExecution) -> ClusterView:
    status = await _ask(client, execution.id, ClusterStatus)
    if status is None:
        return from_search_attributes(execution)
    return ClusterView(status=status.model_copy(update={"change": await _read_change(client, status)}))


async def _read_change(client: Client, status: ClusterStatus) -> ChangeProgress | None:
    """Return the change under way with each machine's own step, None if there is none."""
    change_id = await change_under_way(client, status.name)
    change = await _ask(client, change_id, ChangeProgress) if change_id else None
    if change is None:
        return None
    operations = await asyncio.gather(*(_operation(client, status.name, change, each) for each in change.operations))
    return change.model_copy(update={"operations": tuple(operations)})


async def _operation(
    client: Client, cluster: str, change: ChangeProgress, operation: OperationProgress
) -> OperationProgress:
    if operation.state not in {"running", "held"} or operation.step == "soak":
        return operation
    workflow = names.machine_id(cluster, change.revision.commit, operation.machine, operation.operation)
    found, failed = await asyncio.gather(_ask(client, workflow, OperationProgress), why_not_yet(client, workflow))
    return (found or operation).model_copy(update=failed)


async def _ask(client: Client, workflow: str, answer: type[Answer], query: str = names.STATUS) -> Answer | None:
    """Return what a workflow answers to a query, None if no worker answers in time."""
    handle = client.get_workflow_handle(workflow)
    try:
        answered: Answer = await handle.query(query, result_type=answer, rpc_timeout=_ANSWER_WITHIN)
    except WorkflowQueryFailedError:
        return None
    except RPCError as error:
        if error.status in _NO_ANSWER or error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    return answered


def from_search_attributes(execution: WorkflowExecution) -> ClusterView:
    """Make do with what Temporal's visibility knows of a cluster."""

    def value(name: str) -> str:
        return execution.typed_search_attributes.get(SearchAttributeKey.for_keyword(name)) or ""

    status = ClusterStatus(
        name=execution.id.removeprefix(_PREFIX),
        kubernetes_version=value(names.ATTRIBUTE_VERSION),
        message=value(names.ATTRIBUTE_PROBLEM),
    )
    phase, revision = value(names.ATTRIBUTE_PHASE), value(names.ATTRIBUTE_REVISION)
    return ClusterView(status=status, answered=False, phase=phase, revision=revision)
