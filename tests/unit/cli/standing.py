"""A cluster that stands: its manifests in a real repository, its workflow on a real Temporal with a real worker."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from tests.unit.git.origin import Origin, manifest

from trailboss.model import names
from trailboss.model.progress import ChangeResult, ClusterStatus
from trailboss.model.revision import Revision


@workflow.defn(name=names.CLUSTER_WORKFLOW)
class Standing:
    """Answers with what it is given, until it is told to end."""

    @workflow.init
    def __init__(self, status: ClusterStatus) -> None:
        self.answer = status
        self.over = False

    @workflow.run
    async def run(self, _: ClusterStatus) -> None:
        await workflow.wait_condition(lambda: self.over)

    @workflow.signal
    def tell(self, status: ClusterStatus) -> None:
        self.answer = status

    @workflow.query
    def status(self) -> ClusterStatus:
        return self.answer

    @workflow.query
    def change_id(self) -> str:
        return ""


@workflow.defn(name=names.CHANGE_WORKFLOW)
class Past:
    """A change that comes to the end that it is given, in a second run."""

    @workflow.run
    async def run(self, result: ChangeResult) -> ChangeResult:
        if workflow.info().continued_run_id is None:
            workflow.continue_as_new(result)
        return result


def revision(origin: Origin, commit: str, cluster: str) -> Revision:
    return Revision(repository=origin.repository(), commit=commit, path=f"clusters/{cluster}", digest=commit)


@asynccontextmanager
async def standing(
    client: Client, folder: Path, *clusters: str, queue: str, ssh: str = "{}", **changes: object
) -> AsyncIterator[dict[str, Revision]]:
    """Have clusters of these names stand, each with a control plane NAME-cp-1; yields their revisions.

    `ssh`: their spec.ssh, in one line of YAML.
    """
    origin = Origin(folder / "herd")
    version = "kubernetesVersion: 1.34.4"
    made = {name: manifest(name, address="127.0.0.1") for name in clusters}
    texts = {name: text.replace(version, f"{version}\n  ssh: {ssh}") for name, text in made.items()}
    commit = origin.push({f"clusters/{name}/all.yaml": text for name, text in texts.items()})
    revisions = {name: revision(origin, commit, name) for name in clusters}
    runner = SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_all_modules())
    async with Worker(client, task_queue=queue, workflows=[Standing, Past], workflow_runner=runner):
        handles = [
            await client.start_workflow(
                Standing.run,
                ClusterStatus.model_validate({"name": name, "phase": "Ready", "desired": revisions[name], **changes}),
                id=names.cluster_id(name),
                task_queue=queue,
            )
            for name in clusters
        ]
        try:
            yield revisions
        finally:
            for handle in handles:
                await handle.terminate()
