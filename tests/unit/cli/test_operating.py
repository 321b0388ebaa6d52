"""What the CLI says to a real Temporal, with workflows that answer as ours do, and with no worker at all."""

import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from trailboss.cli import operating
from trailboss.cli.operating import say
from trailboss.model import names
from trailboss.model.control import Control, ControlResult, Word
from trailboss.model.errors import BadInput, PermanentError, TemporaryError
from trailboss.workflows.changes.control import OperatorControl


class Listening(OperatorControl):
    def __init__(self) -> None:
        self.heard: list[Control] = []

    async def take(self, control: Control) -> str:
        self.heard.append(control)
        return f"heard {control.action}"

    def refusal(self, control: Control) -> str:
        return "nothing is being changed now" if control.action == "abort" else ""

    @workflow.query
    def words(self) -> list[str]:
        return [f"{one.by} {one.action} {one.machine or one.commit} {one.why}" for one in self.heard]


@workflow.defn(name=names.CLUSTER_WORKFLOW)
class Cluster(Listening):
    @workflow.run
    async def run(self, change: str) -> None:
        self.change = change
        await workflow.sleep(timedelta(hours=1))

    @workflow.query
    def change_id(self) -> str:
        return self.change

    @workflow.update(name=names.DESTROY)
    async def destroy_by(self, word: Word) -> ControlResult:
        return await self._do("destroy", word)


@workflow.defn(name=names.CHANGE_WORKFLOW)
class Change(Listening):
    @workflow.run
    async def run(self) -> None:
        await workflow.sleep(timedelta(hours=1))


def worker(client: Client, queue: str) -> Worker:
    runner = SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_all_modules())
    return Worker(client, task_queue=queue, workflows=[Cluster, Change], workflow_runner=runner)


@pytest_asyncio.fixture
async def name(temporal_client: Client) -> AsyncIterator[str]:
    made = f"c-{uuid.uuid4().hex[:8]}"
    change = names.change_id(made, "c" * 40)
    handles = [
        await temporal_client.start_workflow("ClusterWorkflow", change, id=names.cluster_id(made), task_queue=made),
        await temporal_client.start_workflow("ChangeWorkflow", id=change, task_queue=made),
    ]
    yield made
    for handle in handles:
        await handle.terminate()


async def heard(client: Client, workflow_id: str) -> list[str]:
    return await client.get_workflow_handle(workflow_id).query("words", result_type=list[str])


async def test_the_cluster_hears_who_says_what_and_why(temporal_client: Client, name: str) -> None:
    async with worker(temporal_client, name):
        said = Control(action="approve", machine="w1", by="me@here", why="the budget is too strict")
        assert await say(temporal_client, name, said) == "heard approve"
        assert await heard(temporal_client, names.cluster_id(name)) == ["me@here approve w1 the budget is too strict"]


async def test_of_a_machine_to_skip_the_change_hears(temporal_client: Client, name: str) -> None:
    async with worker(temporal_client, name):
        await say(temporal_client, name, Control(action="skip", machine="w1", by="me@here"))
        assert await heard(temporal_client, names.change_id(name, "c" * 40)) == ["me@here skip w1 "]
        assert await heard(temporal_client, names.cluster_id(name)) == []


async def test_what_means_nothing_is_refused_with_its_reason(temporal_client: Client, name: str) -> None:
    async with worker(temporal_client, name):
        with pytest.raises(PermanentError, match=f"abort {name}: nothing is being changed now"):
            await say(temporal_client, name, Control(action="abort"))


async def test_without_a_worker_the_next_one_takes_it_up(
    temporal_client: Client, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operating, "_ANSWER_WITHIN", timedelta(seconds=1))
    words = await say(temporal_client, name, Control(action="pause", by="me@here", why="night"))
    assert "no worker answers" in words
    async with worker(temporal_client, name):
        assert "me@here pause  night" in await heard(temporal_client, names.cluster_id(name))


async def test_a_destruction_is_confirmed_for_one_commit(temporal_client: Client, name: str) -> None:
    async with worker(temporal_client, name):
        said = Control(action="destroy", by="me@here", why="end of life", commit="b" * 40)
        assert await say(temporal_client, name, said) == "heard destroy"
        assert await heard(temporal_client, names.cluster_id(name)) == [f"me@here destroy {'b' * 40} end of life"]


async def test_a_destruction_that_nobody_hears_is_not_left_for_later(
    temporal_client: Client, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operating, "_ANSWER_WITHIN", timedelta(seconds=1))
    with pytest.raises(TemporaryError, match="no worker answers"):
        await say(temporal_client, name, Control(action="destroy", commit="b" * 40))
    events = [
        event async for event in temporal_client.get_workflow_handle(names.cluster_id(name)).fetch_history_events()
    ]
    assert not any(event.HasField("workflow_execution_signaled_event_attributes") for event in events)


async def test_an_unknown_cluster_is_told(temporal_client: Client) -> None:
    with pytest.raises(BadInput, match="no such cluster"):
        await say(temporal_client, "nope", Control(action="pause"))


def test_the_operator_is_named_with_the_host() -> None:
    user, _, host = operating.operator().partition("@")
    assert user
    assert host
