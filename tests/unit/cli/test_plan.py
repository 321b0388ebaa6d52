"""`trailboss plan` against a real Temporal and a real Git repository: what it takes for what, and its exit statuses."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from click.testing import Result
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker
from tests.unit.git.origin import Origin, manifest
from tests.unit.workflows.herd import Herd
from tests.unit.workflows.plans import NOTHING, refused, upgrade
from tests.unit.workflows.running import Handle, until_status
from typer.testing import CliRunner

from trailboss.activities.planning.previewing import PreviewingActivities
from trailboss.cli.main import typer_for
from trailboss.cli.plan import CHANGES
from trailboss.model.errors import BadInput
from trailboss.model.messages import ClusterInput
from trailboss.model.plan import Plan
from trailboss.model.preview import Difference, Member, Preview, PreviewInput
from trailboss.model.revision import Revision
from trailboss.ssh import SSHDefaults, SSHPool
from trailboss.workflows.change import ChangeWorkflow
from trailboss.workflows.cluster import ClusterWorkflow
from trailboss.workflows.machine import MachineWorkflow
from trailboss.workflows.preview import FindWorkflow, PreviewWorkflow

pytestmark = pytest.mark.slow

APP = typer_for("trailboss.cli.plan:plan")
DEMO = "to-be-planned"
NOWHERE = {"TEMPORAL_ADDRESS": "127.0.0.1:1"}


@dataclass
class Command:
    """The command. `plan`: what is planned next; `asked`: what the worker was asked to preview."""

    handle: Handle
    origin: Origin
    address: str
    plan: Plan
    asked: list[PreviewInput]

    async def __call__(self, *arguments: str) -> Result:
        environment = {"TEMPORAL_ADDRESS": self.address, "TRAILBOSS_TASK_QUEUE": DEMO, "COLUMNS": "200"}
        return await asyncio.to_thread(CliRunner().invoke, APP, list(arguments), env=environment)

    async def json(self, *arguments: str) -> Any:  # noqa: ANN401 - any JSON
        done = await self(*arguments, "--output", "json")
        assert done.exit_code in (0, 1), done.output
        return json.loads(done.stdout)

    def activity(self) -> Any:  # noqa: ANN401 - an activity
        @activity.defn(name="preview_change")
        async def preview_change(given: PreviewInput) -> Preview:
            self.asked.append(given)
            members = [Member(machine=name, role="control-plane", version="1.33.4") for name in ("cp-1", "cp-2")]
            differences = (Difference(field="kubernetesVersion", words="Kubernetes 1.33.4 → 1.34.4"),)
            fields = {"cluster": given.cluster, "members": members, "differences": differences, "compared_with": "abc"}
            return Preview.model_validate({**self.plan.__dict__, **fields})

        return preview_change


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def command(temporal_client: Client, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Command]:
    """A cluster that was upgraded by workflows of ours, and a repository whose branch wants more of it."""
    folder = tmp_path_factory.mktemp("plan")
    origin = Origin(folder / "origin.git")
    origin.push({f"clusters/{DEMO}/a.yaml": manifest(DEMO)})
    herd = Herd([upgrade(2), NOTHING])
    handle = temporal_client.get_workflow_handle(f"cluster/{DEMO}")
    made = Command(handle, origin, temporal_client.service_client.config.target_host, upgrade(2), [])
    finding = PreviewingActivities(SSHPool(SSHDefaults()), folder / "cache").find_revision
    workflows = [ClusterWorkflow, ChangeWorkflow, MachineWorkflow, PreviewWorkflow, FindWorkflow]
    activities = [*herd.activities(), made.activity(), finding]
    async with Worker(temporal_client, task_queue=DEMO, workflows=workflows, activities=activities):
        made.handle = await temporal_client.start_workflow(
            ClusterWorkflow.run, ClusterInput(name=DEMO), id=f"cluster/{DEMO}", task_queue=DEMO
        )
        await made.handle.signal("submit", _revision(origin, origin.push()))
        await until_status(made.handle, lambda status: status.phase == "Ready" and status.applied is not None)
        yield made
        await made.handle.terminate()


def _revision(origin: Origin, commit: str) -> Revision:
    folder = origin.git[commit].peel(_tree())[f"clusters/{DEMO}"]
    return Revision(
        repository=origin.repository(), commit=commit, path=f"clusters/{DEMO}", digest=str(folder.id), subject="x"
    )


def _tree() -> Any:  # noqa: ANN401 - pygit2 stays in its home and in what makes repositories here
    import pygit2

    return pygit2.Tree


@pytest.fixture(autouse=True)
def anew(request: pytest.FixtureRequest) -> None:
    if "command" in request.fixturenames:
        made: Command = request.getfixturevalue("command")
        made.plan, made.asked[:] = upgrade(2), []


async def test_json_has_the_plans_fields_as_ever_and_more(command: Command) -> None:
    found = await command.json(DEMO)
    assert (found["cluster"], found["kubernetes_version"]) == (DEMO, "1.34.4")
    assert [stage["name"] for stage in found["stages"]] == [stage.name for stage in upgrade(2).stages]
    assert set(Plan.model_fields) <= found.keys()
    assert found["differences"][0]["words"] == "Kubernetes 1.33.4 → 1.34.4"


async def test_a_clusters_estimate_is_from_steps_that_its_machines_took(command: Command) -> None:
    found = (await command.json(DEMO))["estimate"]
    assert found["measured"] == found["steps"] > 20
    assert 0 < found["low"] <= found["seconds"] <= found["high"] < 60


async def test_text_tells_it_all(command: Command) -> None:
    done = await command(DEMO)
    assert done.exit_code == 0, done.output
    assert "~ Kubernetes 1.33.4 → 1.34.4" in done.stdout
    assert "4. upgrade workers" in done.stdout
    assert "takes: about " in done.stdout


async def test_what_was_applied_is_what_a_clusters_name_is_compared_with(command: Command) -> None:
    await command(DEMO)
    (asked,) = command.asked
    assert asked.applied
    assert (asked.revision, asked.compared) == (asked.applied, asked.applied)
    assert asked.initialised_before


async def test_a_branch_is_planned_for_the_clusters_that_it_changes(command: Command) -> None:
    side = Origin(command.origin.path)
    side.files, side.branch = dict(command.origin.files), "newer"
    commit = side.push({f"clusters/{DEMO}/a.yaml": manifest(DEMO, "1.35.4"), "README.md": "x"})
    found = await command.json("--revision", "newer", DEMO)
    assert found["cluster"] == DEMO
    (asked,) = command.asked
    assert asked.revision.commit == commit
    assert asked.compared == asked.applied
    assert asked.compared != asked.revision


async def test_pictures_and_comments(command: Command) -> None:
    assert (await command(DEMO, "-o", "svg")).stdout.startswith("<svg ")
    assert (await command(DEMO, "-o", "mermaid")).stdout.startswith("flowchart TB\n")
    assert (await command(DEMO, "-o", "markdown")).stdout.startswith("<!-- trailboss-plan -->\n")


async def test_exit_statuses(command: Command) -> None:
    assert (await command(DEMO)).exit_code == 0
    assert (await command(DEMO, "--detailed-exit-status")).exit_code == CHANGES
    command.plan = NOTHING
    assert (await command(DEMO, "--detailed-exit-status")).exit_code == 0
    command.plan = refused(temporary=False)
    assert (await command(DEMO)).exit_code == 1
    assert (await command(DEMO, "--detailed-exit-status")).exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "name a cluster or a folder"),
        (["nobody"], "no such cluster"),
        ([DEMO, "--revision", "no-such-branch"], "has no branch or commit no-such-branch"),
        ([DEMO, "--against", "main"], "only manifests in a folder"),
        (["nobody", "--revision", "main", "--repo", "not-followed"], "no such repository is followed"),
    ],
)
async def test_what_is_not_there_is_bad_input(command: Command, arguments: list[str], words: str) -> None:
    done = await command(*arguments)
    assert isinstance(done.exception, BadInput), done.output
    assert words in str(done.exception)


async def test_every_mistake_in_a_revision_is_told_at_once(command: Command) -> None:
    side = Origin(command.origin.path)
    side.files, side.branch = dict(command.origin.files), "broken"
    text = manifest(DEMO).replace("kubernetesVersion: 1.34.4", "kubernetesVersion: new\n  more: x")
    side.push({f"clusters/{DEMO}/a.yaml": text})
    done = await command(DEMO, "--revision", "broken")
    assert isinstance(done.exception, BadInput)
    assert [problem.field for problem in done.exception.problems] == ["spec.kubernetesVersion", "spec.more"]
    assert {problem.file for problem in done.exception.problems} == {f"clusters/{DEMO}/a.yaml"}
    assert command.asked == []


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with a commit of two machines, of which one was taken out since."""
    import pygit2

    repository = pygit2.init_repository(str(tmp_path), initial_head="main")
    file = tmp_path / "clusters" / "demo" / "cluster.yaml"
    file.parent.mkdir(parents=True)
    machine = manifest("demo").split("---\n")[2:]
    worker = "---\n".join(machine).replace("demo-cp-1", "demo-w-1").replace("10.0.0.1", "127.0.0.2")
    worker = worker.replace('    cluster.x-k8s.io/control-plane: ""\n', "").replace("control-plane", "worker")
    file.write_text(f"{manifest('demo', '1.33.4', '127.0.0.1')}---\n{worker}")
    repository.index.add_all()
    author = pygit2.Signature("Ada", "ada@example.org", 1_700_000_000, 0)
    repository.create_commit("refs/heads/main", author, author, "one", repository.index.write_tree(), [])
    file.write_text(manifest("demo", "1.34.4", "127.0.0.1"))
    return tmp_path


@pytest.mark.parametrize("place", [".", "clusters", "clusters/demo"])
def test_a_folder_is_compared_with_a_commit_of_its_clone(clone: Path, place: str) -> None:
    arguments = [str(clone / place), "--against", "main", "--output", "json"]
    done = CliRunner().invoke(APP, arguments, env=NOWHERE)
    found = json.loads(done.stdout)
    assert done.exit_code == (1 if found["refusals"] else 0)
    assert [one["words"] for one in found["differences"]] == [
        "Kubernetes 1.33.4 → 1.34.4",
        "demo-w-1 removed (127.0.0.2)",
    ]
    assert found["compared_with"].startswith("main (")
    assert [member["machine"] for member in found["members"]] == ["demo-cp-1", "demo-w-1"]


def test_without_temporal_and_a_commit_what_is_not_seen_is_said(clone: Path) -> None:
    done = CliRunner().invoke(APP, [str(clone), "--output", "json"], env=NOWHERE)
    found = json.loads(done.stdout)
    assert found["differences"] == []
    assert "no Temporal server answers" in found["not_compared"]
    assert "machines that were taken out of the manifests are not seen" in found["not_compared"]


def test_mistakes_in_a_folder_are_told_as_the_user_names_files(clone: Path) -> None:
    file = clone / "clusters" / "demo" / "cluster.yaml"
    file.write_text(file.read_text().replace("1.34.4", "new"))
    done = CliRunner().invoke(APP, [str(clone)], env=NOWHERE)
    assert isinstance(done.exception, BadInput)
    assert done.exception.problems[0].file == str(file)
