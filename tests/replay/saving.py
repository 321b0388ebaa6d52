"""Saves histories for the replay tests: one of each kind of workflow that a scene has run."""

import json
from pathlib import Path

from temporalio.client import Client, WorkflowExecution

from trailboss.model import names
from trailboss.worker.registry import WORKFLOWS

_KINDS = {workflow.__name__ for workflow in WORKFLOWS}


async def save_histories(client: Client, folder: Path) -> None:
    """Write `folder`/KIND-NAME.json for the newest workflow of each kind and operation; files that are there stay."""
    folder.mkdir(parents=True, exist_ok=True)
    async for execution in client.list_workflows(""):
        file = folder / f"{_title(execution)}.json"
        if execution.workflow_type in _KINDS and not file.exists():
            file.write_text(await _saved(client, execution))


def _title(execution: WorkflowExecution) -> str:
    """Name a history after its workflow, a change also by its length, a machine's by its operation (last in its id)."""
    kind = execution.workflow_type.removesuffix("Workflow").lower()
    if execution.workflow_type == names.CHANGE_WORKFLOW:
        return f"{kind}-{execution.history_length}-events"
    if execution.workflow_type != names.MACHINE_WORKFLOW:
        return kind
    return f"{kind}-{execution.id.rpartition('/')[2]}"


async def _saved(client: Client, execution: WorkflowExecution) -> str:
    history = await client.get_workflow_handle(execution.id, run_id=execution.run_id).fetch_history()
    content = {
        "workflow_id": execution.id,
        "workflow_type": execution.workflow_type,
        "history": history.to_json_dict(),
    }
    return json.dumps(content, indent=1) + "\n"
