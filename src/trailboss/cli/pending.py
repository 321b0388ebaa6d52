from temporalio.client import Client
from temporalio.service import RPCError

_FEW = 1  # attempts: one that runs for the first time has nothing to tell yet


async def why_not_yet(client: Client, workflow: str) -> str:
    """Return how the last attempt of a workflow's step ended, "" where it has not failed; Temporal itself knows it."""
    try:
        description = await client.get_workflow_handle(workflow).describe()
    except RPCError:
        return ""
    failures = [
        f"attempt {activity.attempt}: {activity.last_failure.message}"
        for activity in description.raw_description.pending_activities
        if activity.attempt > _FEW and activity.last_failure.message
    ]
    return "; ".join(failures)
