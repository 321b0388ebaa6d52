"""`trailboss destroy` against a real Temporal: what it shows, what it asks, and what it refuses."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from click.testing import Result
from temporalio.client import Client
from temporalio.worker import Worker
from tests.unit.workflows.herd import Herd
from tests.unit.workflows.plans import NOTHING, revision
from tests.unit.workflows.running import Handle, until
from tests.unit.workflows.test_destroying import GONE, UNCONFIRMED, destruction
from typer.testing import CliRunner

from trailboss.cli.main import typer_for
from trailboss.model.errors import PermanentError
from trailboss.model.messages import ClusterInput
from trailboss.model.plan import Plan
from trailboss.workflows.change import ChangeWorkflow
from trailboss.workflows.cluster import ClusterWorkflow
from trailboss.workflows.machine import MachineWorkflow
from trailboss.workflows.plan import PlanWorkflow

pytestmark = pytest.mark.slow

APP = typer_for("trailboss.cli.destroy:destroy")
DEMO = "to-be-destroyed"


@dataclass
class Command:
    """The command, for the cluster DEMO. `herd.plans`: what the planner answers next."""

    handle: Handle
    herd: Herd
    address: str

    async def __call__(self, *arguments: str, typed: str = "") -> Result:
        environment = {"TEMPORAL_ADDRESS": self.address, "TRAILBOSS_TASK_QUEUE": DEMO}
        return await asyncio.to_thread(CliRunner().invoke, APP, [DEMO, *arguments], input=typed, env=environment)

    async def push(self, *plans: Plan, digit: str, phase: str) -> None:
        self.herd.plans[:] = list(plans)
        await self.handle.signal("submit", revision(digit))
        await until(self.handle, phase, digit)


@pytest_asyncio.fixture
async def command(temporal_client: Client) -> AsyncIterator[Command]:
    herd = Herd([NOTHING])
    workflows = [ClusterWorkflow, ChangeWorkflow, MachineWorkflow, PlanWorkflow]
    async with Worker(temporal_client, task_queue=DEMO, workflows=workflows, activities=herd.activities()):
        handle = await temporal_client.start_workflow(
            ClusterWorkflow.run, ClusterInput(name=DEMO), id=f"cluster/{DEMO}", task_queue=DEMO
        )
        yield Command(handle, herd, temporal_client.service_client.config.target_host)
        await handle.terminate()


async def test_the_cluster_goes_once_its_name_was_typed(command: Command) -> None:
    shown = destruction("worker-1")
    await command.push(UNCONFIRMED, shown, shown, GONE, digit="b", phase="Refused")
    done = await command("--why", "end of life", typed=f"{DEMO}\n")
    assert done.exit_code == 0, done.output
    assert "destroy worker-1" in done.output
    assert "destroys the cluster" in done.output
    status = await until(command.handle, "Destroyed", "b")
    assert [(entry.what, entry.why) for entry in status.audit] == [("destroy", "end of life")]


async def test_whoever_is_sure_is_not_asked(command: Command) -> None:
    await command.push(UNCONFIRMED, GONE, GONE, digit="b", phase="Refused")
    assert (await command("--yes")).exit_code == 0
    await until(command.handle, "Destroyed", "b")


@pytest.mark.parametrize("typed", ["demo\n", "\n\n"])
async def test_another_name_destroys_nothing(command: Command, typed: str) -> None:
    await command.push(UNCONFIRMED, GONE, UNCONFIRMED, digit="b", phase="Refused")
    done = await command(typed=typed)
    assert done.exit_code == 1
    status = await command.handle.query(ClusterWorkflow.status)
    assert (status.phase, status.destroy_confirmed) == ("Refused", "")


async def test_a_cluster_whose_manifests_want_it_is_not_destroyed(command: Command) -> None:
    await command.push(NOTHING, digit="b", phase="Ready")
    done = await command("--yes")
    assert isinstance(done.exception, PermanentError)
    assert "does not say `destroy: true`" in str(done.exception)
    assert (await command.handle.query(ClusterWorkflow.status)).destroy_confirmed == ""
