"""Histories that real workers wrote, replayed with today's workflows: an updated worker must go on with any of them.

Where this fails, the order of commands has changed: keep the old one for those that began with it (`workflow.patched`).
docs/testing.md tells how histories are saved; old ones stay.
"""

import json
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from trailboss.worker.registry import WORKFLOWS
from trailboss.worker.workflow_runner import workflow_runner

HISTORIES = sorted((Path(__file__).parent / "histories").rglob("*.json"))


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: f"{path.parent.name}/{path.stem}")
async def test_history_replays(path: Path) -> None:
    saved = json.loads(path.read_text())
    replayer = Replayer(workflows=WORKFLOWS, data_converter=pydantic_data_converter, workflow_runner=workflow_runner())
    await replayer.replay_workflow(WorkflowHistory.from_json(saved["workflow_id"], saved["history"]))


def test_every_workflow_has_a_history() -> None:
    saved = {json.loads(path.read_text())["workflow_type"] for path in HISTORIES}
    assert {workflow.__name__ for workflow in WORKFLOWS} - saved == set()


async def test_another_order_of_commands_is_noticed() -> None:
    """The test above can fail: a machine's history is not that of a change."""
    machine = next(json.loads(path.read_text()) for path in HISTORIES if "join" in path.stem)
    events = machine["history"]["events"]
    scheduled = next(event for event in events if "activityTaskScheduledEventAttributes" in event)
    scheduled["activityTaskScheduledEventAttributes"]["activityType"]["name"] = "another"
    replayer = Replayer(workflows=WORKFLOWS, data_converter=pydantic_data_converter, workflow_runner=workflow_runner())
    with pytest.raises(Exception, match="another"):
        await replayer.replay_workflow(WorkflowHistory.from_json(machine["workflow_id"], machine["history"]))
