"""Workflows and an activity that stand for ours in what telemetry sees of them, and a worker that does them."""

import asyncio
from datetime import timedelta

from opentelemetry import trace
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from trailboss.model.base import Frozen


class Result(Frozen):
    outcome: str


@activity.defn
async def step(word: str) -> str:
    if word == "fail":
        raise ApplicationError("as asked for", type="StepFailed", non_retryable=True)
    if word == "wait":
        await asyncio.sleep(60)
    with trace.get_tracer("trailboss.ssh").start_as_current_span("ssh: do it"):
        return word


@workflow.defn(name="ChangeWorkflow")
class Change:
    @workflow.run
    async def run(self, word: str) -> Result:
        if word == "break":
            raise ValueError("a mistake in the code of a workflow: its task is tried again and again")
        workflow.logger.info("told")
        await workflow.execute_activity(step, word, start_to_close_timeout=timedelta(seconds=10))
        return Result(outcome="done")


@workflow.defn(name="ClusterWorkflow")
class Cluster:
    """Starts a child for each signal, as the real one does for each revision, and ends after two."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.done = 0

    @workflow.run
    async def run(self) -> None:
        for index in range(2):
            await workflow.wait_condition(lambda wanted=index: len(self.words) > wanted)
            await workflow.execute_child_workflow(Change.run, self.words[index])
            self.done = index + 1

    @workflow.signal
    def submit(self, word: str) -> None:
        self.words.append(word)

    @workflow.signal
    def pause(self) -> None:
        """Do nothing: it only must not count as a push."""

    @workflow.query
    def changes_done(self) -> int:
        return self.done


@workflow.defn(name="PollWorkflow")
class Poll:
    """Two steps, so that the second one is asked for by a workflow that has been replayed where none is cached."""

    @workflow.run
    async def run(self) -> None:
        for word in ("one", "two"):
            await workflow.execute_activity(step, word, start_to_close_timeout=timedelta(seconds=10))

    @workflow.query
    def fine(self) -> bool:
        return True


def new_worker(client: Client, queue: str, cached: int = 100) -> Worker:
    """Return a worker that keeps the sandbox's rules, but does not import this test a second time in it."""
    return Worker(
        client,
        task_queue=queue,
        workflows=[Cluster, Change, Poll],
        activities=[step],
        workflow_runner=SandboxedWorkflowRunner(
            restrictions=SandboxRestrictions.default.with_passthrough_all_modules()
        ),
        max_cached_workflows=cached,
    )
