"""What Temporal's web UI shows of questions from the command line, of snapshots, restores and polls."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker
from tests.unit.workflows.plans import NOTHING, REPOSITORY, only_workers, revision
from tests.unit.workflows.restorable import NAME, Ranch
from tests.unit.workflows.running import cluster, until
from tests.unit.workflows.test_errands import WORD, ask, end_of
from tests.unit.workflows.test_web_ui import details_of, page_of

from trailboss.cli.asking import answer
from trailboss.model.base import Frozen
from trailboss.model.control import Word
from trailboss.model.messages import ChangeContext, PlanInput, PollActivityInput, PollResult
from trailboss.model.preview import FindInput, Found, Preview, PreviewInput
from trailboss.model.snapshots import RestoreInput, SnapshotInput
from trailboss.triggers.schedule import add_repository, remove_repository
from trailboss.worker.registry import WORKFLOWS
from trailboss.worker.workflow_runner import workflow_runner
from trailboss.workflows.plan import PlanWorkflow
from trailboss.workflows.preview import FindWorkflow, PreviewWorkflow
from trailboss.workflows.restore import RestorePlanWorkflow
from trailboss.workflows.snapshots import SnapshotListWorkflow

pytestmark = pytest.mark.slow
CONTEXT = ChangeContext(cluster="demo", revision=revision("a"), fence=0)
PLANNED = "**[demo](namespaces/default/workflows/cluster%2Fdemo) to Kubernetes 1.34.4**; nothing was changed."
STAGE = "- upgrade workers: upgrade worker-1 (6 steps)"


@activity.defn(name="preview_change")
async def preview_change(given: PreviewInput) -> Preview:
    del given
    return Preview.model_validate(dict(only_workers(1)))


@activity.defn(name="find_revision")
async def find_revision(given: FindInput) -> Found:
    del given
    return Found(commit="f" * 40, clusters={"demo": revision("a")})


@activity.defn(name="poll_repository")
async def poll_repository(given: PollActivityInput) -> PollResult:
    del given
    return PollResult(head="e" * 40, problem="it was rewritten")


@pytest_asyncio.fixture
async def queue(temporal_client: Client, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """A worker that answers."""
    name = f"q-{uuid.uuid4().hex[:8]}"
    monkeypatch.setenv("TRAILBOSS_TASK_QUEUE", name)
    activities = [*Ranch([only_workers(1)]).activities(), preview_change, find_revision, poll_repository]
    runner = workflow_runner()
    async with Worker(
        temporal_client, task_queue=name, workflows=WORKFLOWS, activities=activities, workflow_runner=runner
    ):
        yield name


@pytest.mark.parametrize(
    ("run", "given", "shown"),
    [
        (PlanWorkflow.run, PlanInput(cluster="demo", revision=revision("a")), f"{PLANNED}\n\n{STAGE}"),
        (PreviewWorkflow.run, PreviewInput(cluster="demo", revision=revision("a")), f"{PLANNED}\n\n{STAGE}"),
        (FindWorkflow.run, FindInput(repository=REPOSITORY, revision="topic"), "`topic` is commit `ffffffffffff`"),
        (RestorePlanWorkflow.run, RestoreInput(context=CONTEXT), f"- restore **{NAME}** on **cp-1**\n- take **cp-2**"),
        (SnapshotListWorkflow.run, SnapshotInput(context=CONTEXT), f"- **{NAME}**, 0 bytes"),
    ],
)
async def test_a_question_shows_its_answer(
    temporal_client: Client, queue: str, run: Callable[..., Any], given: Frozen, shown: str
) -> None:
    await answer(temporal_client, run, given, cluster="demo", what=queue, summary="what was asked")
    found = [one async for one in temporal_client.list_workflows(f"TaskQueue = '{queue}'")]
    handle = temporal_client.get_workflow_handle(found[0].id)
    assert shown in await details_of(handle)
    described = await handle.describe()
    assert await described.static_summary() == "what was asked"
    assert "It changes nothing" in str(await described.static_details())


async def test_errands_show_where_they_are_done_and_what_came_of_it(temporal_client: Client) -> None:
    async with cluster(temporal_client, Ranch([only_workers(1), NOTHING])) as handle:
        await until(handle, "Ready")
        for update, word, shown in (
            ("take_snapshot", Word(), "✅ Taken on **cp-2**"),
            ("restore_snapshot", WORD, "- ✅ restore **cp-1** (4 of 4 steps)"),
        ):
            started = await ask(handle, update, word)
            await end_of(temporal_client, started)
            errand = temporal_client.get_workflow_handle(started.workflow_id)
            assert shown in await details_of(errand)
            assert page_of(handle.id).replace("default", "{namespace}") in str(
                await (await errand.describe()).static_details()
            )


async def test_a_poll_says_whose_it_is_and_what_it_found(temporal_client: Client, queue: str) -> None:
    repository = REPOSITORY.model_copy(update={"name": queue, "interval_seconds": 3600})
    await add_repository(temporal_client, repository, task_queue=queue)
    try:
        query = f"TaskQueue = '{queue}' AND ExecutionStatus = 'Completed'"
        while not (found := [one async for one in temporal_client.list_workflows(query)]):
            await asyncio.sleep(0.1)
        handle = temporal_client.get_workflow_handle(found[0].id)
        assert "**The last good revision stands**: it was rewritten" in await details_of(handle)
        assert f"schedules/repo%2F{queue}" in str(await (await handle.describe()).static_details())
    finally:
        await remove_repository(temporal_client, queue)
