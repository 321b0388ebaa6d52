"""What the CLI reads from a real Temporal, with workflows that answer as ours do, and with no worker at all."""

import asyncio
import io
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from rich.console import Console
from temporalio import workflow
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from trailboss.cli import reading
from trailboss.cli.live import follow
from trailboss.cli.operating import say
from trailboss.cli.reading import read_cluster, read_clusters
from trailboss.model import names
from trailboss.model.control import Control
from trailboss.model.errors import BadInput
from trailboss.model.progress import ChangeProgress, ChangeResult, ClusterStatus, OperationProgress
from trailboss.model.revision import Repository, Revision

COMMIT = "c" * 40
REVISION = Revision(repository=Repository(name="r", url="/r"), commit=COMMIT, path="clusters/x", digest="d")
PHASE = SearchAttributeKey.for_keyword(names.ATTRIBUTE_PHASE)


@workflow.defn(name=names.CLUSTER_WORKFLOW)
class Cluster:
    """Answers as ours does: held while paused, then ready."""

    @workflow.init
    def __init__(self, name: str) -> None:
        self.answer = ClusterStatus(name=name, phase="Changing", desired=REVISION)
        self.over = False

    @workflow.run
    async def run(self, _: str) -> None:
        workflow.upsert_search_attributes([PHASE.value_set("Changing")])
        await workflow.wait_condition(lambda: self.over)

    @workflow.signal
    def resume(self) -> None:
        result = ChangeResult(revision=REVISION, outcome="done")
        self.answer = self.answer.model_copy(update={"phase": "Ready", "last_result": result})

    @workflow.signal
    def end(self) -> None:
        self.over = True

    @workflow.query
    def status(self) -> ClusterStatus:
        return self.answer

    @workflow.query
    def change_id(self) -> str:
        changing = self.answer.phase == "Changing"
        return names.change_id(self.answer.name, COMMIT) if changing else ""


@workflow.defn(name=names.CHANGE_WORKFLOW)
class Change:
    @workflow.run
    async def run(self) -> None:
        await workflow.sleep(timedelta(hours=1))

    @workflow.query
    def status(self) -> ChangeProgress:
        operation = OperationProgress(machine="w1", role="worker", operation="join", state="running", steps_total=4)
        return ChangeProgress(revision=REVISION, workflow_id=workflow.info().workflow_id, operations=(operation,))


@workflow.defn(name=names.MACHINE_WORKFLOW)
class Machine:
    @workflow.run
    async def run(self) -> None:
        await workflow.sleep(timedelta(hours=1))

    @workflow.query
    def status(self) -> OperationProgress:
        return OperationProgress(
            machine="w1", role="worker", operation="join", state="running", step="images", steps_done=1, steps_total=4
        )


def worker(client: Client, queue: str) -> Worker:
    runner = SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_all_modules())
    return Worker(client, task_queue=queue, workflows=[Cluster, Change, Machine], workflow_runner=runner)


@pytest_asyncio.fixture
async def name(temporal_client: Client) -> AsyncIterator[str]:
    """Start a cluster with a change under way; yields its name, which is also its task queue. No worker runs yet."""
    made = f"c-{uuid.uuid4().hex[:8]}"
    change, machine = names.change_id(made, COMMIT), names.machine_id(made, COMMIT, "w1", "join")
    started = [
        await temporal_client.start_workflow("ClusterWorkflow", made, id=names.cluster_id(made), task_queue=made),
        await temporal_client.start_workflow("ChangeWorkflow", id=change, task_queue=made),
        await temporal_client.start_workflow("MachineWorkflow", id=machine, task_queue=made),
    ]
    yield made
    for handle in started:
        await handle.terminate()


async def test_a_cluster_is_read_with_its_change_and_each_machines_own_step(temporal_client: Client, name: str) -> None:
    async with worker(temporal_client, name):
        view = await read_cluster(temporal_client, name)
    assert view.answered
    assert view.status.change
    assert [(each.machine, each.step, each.steps_done) for each in view.status.change.operations] == [
        ("w1", "images", 1)
    ]


async def test_without_a_worker_search_attributes_do(
    temporal_client: Client, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with worker(temporal_client, name):
        await read_cluster(temporal_client, name)  # it has run, and told its phase
    monkeypatch.setattr(reading, "_ANSWER_WITHIN", timedelta(seconds=1))
    view = await read_cluster(temporal_client, name)
    assert (view.answered, view.shown_phase, view.status.name) == (False, "Changing", name)


async def test_all_clusters_are_listed_by_name(temporal_client: Client, name: str) -> None:
    async with worker(temporal_client, name):
        for _ in range(50):
            found = {view.status.name: view.shown_phase for view in await read_clusters(temporal_client)}
            if name in found:
                break
            await asyncio.sleep(0.1)
    assert found[name] == "Changing"


async def test_an_unknown_cluster_names_those_that_there_are(temporal_client: Client, name: str) -> None:
    for _ in range(50):
        with pytest.raises(BadInput) as wrong:
            await read_cluster(temporal_client, "nope")
        if name in str(wrong.value):
            break
        await asyncio.sleep(0.1)
    assert name in str(wrong.value)
    with pytest.raises(BadInput, match="no such cluster"):
        await say(temporal_client, "nope", Control(action="pause"))


async def test_following_a_commit_tells_its_steps_and_ends_when_it_is_ready(temporal_client: Client, name: str) -> None:
    out = io.StringIO()
    console = Console(file=out, width=100, color_system=None)
    async with worker(temporal_client, name):
        following = asyncio.create_task(follow(temporal_client, name, console, commit=COMMIT))
        while "images" not in out.getvalue():
            await asyncio.sleep(0.05)
        assert not following.done()
        await temporal_client.get_workflow_handle(names.cluster_id(name)).signal(names.RESUME)
        status = await asyncio.wait_for(following, 20)
    assert status.phase == "Ready"
    lines = out.getvalue().splitlines()
    assert lines[-1].startswith(f"{name}: Ready")
    assert lines.count("  join w1: running 1/4 images") == 1


async def test_following_waits_for_a_cluster_that_its_push_will_make(temporal_client: Client) -> None:
    out, name = io.StringIO(), f"c-{uuid.uuid4().hex[:8]}"
    console = Console(file=out, width=100, color_system=None)
    following = asyncio.create_task(follow(temporal_client, name, console, commit=COMMIT))
    while "waiting for a poll" not in out.getvalue():
        await asyncio.sleep(0.05)
    async with worker(temporal_client, name):
        handle = await temporal_client.start_workflow(
            "ClusterWorkflow", name, id=names.cluster_id(name), task_queue=name, start_signal="resume"
        )
        assert (await asyncio.wait_for(following, 20)).phase == "Ready"
        await handle.terminate()
