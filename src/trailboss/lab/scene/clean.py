"""Makes Temporal forget a cluster of the lab, so that the same name can begin anew."""

import re
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
    for begin in (names.poll_id(name), names.cluster_id(name)):
        running = f"WorkflowId STARTS_WITH '{begin}' AND ExecutionStatus = 'Running'"
        async for execution in client.list_workflows(running):
            if not _belongs(execution.id, name):
                continue
            with suppress(RPCError):
                await client.get_workflow_handle(execution.id).terminate("the lab begins anew")


def _belongs(workflow_id: str, name: str) -> bool:
    """Tell whether it is the cluster's, or one of its changes, machines and polls; not that of a `name-2` beside it."""
    cluster, poll = re.escape(names.cluster_id(name)), re.escape(names.poll_id(name))
    return bool(re.fullmatch(rf"{cluster}(/.*)?|{poll}(-\d{{4}}-\d\d-\d\dT.*)?", workflow_id))
