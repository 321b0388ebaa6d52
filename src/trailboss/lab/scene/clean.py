"""Makes Temporal forget a cluster of the lab, so that the same name can begin anew."""

from contextlib import suppress

from temporalio.client import Client
from temporalio.service import RPCError

from trailboss.model import names
from trailboss.model.errors import BadInput
from trailboss.triggers.schedule import remove_repository


async def forget(client: Client, name: str) -> None:
    """End the workflows of cluster `name` and the schedule of the repository of the same name, if there are any.

    For the lab only, whose hosts are thrown away: a real cluster's workflows must not be ended like this.
    """
    with suppress(BadInput):
        await remove_repository(client, name)
    for query in (names.poll_id(name), names.cluster_id(name)):
        running = f"WorkflowId STARTS_WITH '{query}' AND ExecutionStatus = 'Running'"
        async for execution in client.list_workflows(running):
            with suppress(RPCError):
                await client.get_workflow_handle(execution.id).terminate("the lab begins anew")
