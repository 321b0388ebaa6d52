from temporalio.client import Client
from temporalio.service import RPCError

_FEW = 1  # attempts: one that runs for the first time has nothing to tell yet


async def why_not_yet(client: Client, workflow: str) -> dict[str, object]:
    """Return `waits` and `attempts` of OperationProgress as Temporal itself knows them; nothing where none failed."""
    try:
        description = await client.get_workflow_handle(workflow).describe()
    except RPCError:
        return {}
    failed = [
        {"waits": activity.last_failure.message, "attempts": activity.attempt - 1}
        for activity in description.raw_description.pending_activities
        if activity.attempt > _FEW and activity.last_failure.message
    ]
    return failed[0] if failed else {}
