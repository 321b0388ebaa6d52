"""The embedded Temporal with a worker process, without a lab."""

from pathlib import Path

import pytest
from rich.console import Console
from temporalio.client import WorkflowExecutionStatus

from trailboss.lab.scene import Embedded
from trailboss.lab.scene.clean import _belongs
from trailboss.lab.temporal import DevServer
from trailboss.lab.temporal.options import free_port
from trailboss.model.revision import Repository
from trailboss.triggers.schedule import add_repository, list_repositories
from trailboss.worker.settings import load_settings

QUIET = Console(quiet=True)


@pytest.mark.parametrize(
    ("workflow_id", "ours"),
    [
        ("cluster/demo", True),
        ("cluster/demo/change/0123/cp-1/join", True),
        ("cluster/demo-2", False),
        ("cluster/demolition/change/0123", False),
        ("poll/demo-2026-01-02T03:04:05Z", True),
        ("poll/demo-2-2026-01-02T03:04:05Z", False),
    ],
)
def test_what_belongs_to_a_cluster(workflow_id: str, *, ours: bool) -> None:
    assert _belongs(workflow_id, "demo") == ours


@pytest.mark.slow
async def test_at_its_end_a_scene_leaves_nothing_that_would_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAILBOSS_HOME", str(tmp_path))  # the worker is a process of its own
    settings, ids = load_settings(), ("cluster/demo", "cluster/demo-2")
    async with Embedded(settings, QUIET, port=free_port(), anew="demo") as scene:
        repository = Repository(name="demo", url=str(tmp_path), interval_seconds=60)
        await add_repository(scene.client, repository)
        for one in ids:
            await scene.client.start_workflow("ClusterWorkflow", id=one, task_queue="nobody works here")
    server = DevServer(settings, scene.options, QUIET.print)
    client = await server.start()
    try:
        assert await list_repositories(client) == []
        found = [(await client.get_workflow_handle(one).describe()).status for one in ids]
        assert found == [WorkflowExecutionStatus.TERMINATED, WorkflowExecutionStatus.RUNNING]
    finally:
        await server.stop()
