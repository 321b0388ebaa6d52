"""The service as docker-compose.yml has it: from nothing to an upgraded cluster, each part of it killed on the way.

One story, told in order: each test goes on where the one before it ended.
"""

import asyncio
import os
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.api.enums.v1 import EventType
from tests.e2e.compose import ROOT, Compose, composed, in_containers
from tests.e2e.conftest import CONSOLE
from tests.e2e.pictures import take
from tests.e2e.ranch import NAME, Ranch, until
from tests.unit.worker.spans import check_one_trace, of_collector, trace_of_push

from trailboss.lab.hosts import LabSpec, lab_down, lab_up
from trailboss.lab.scene import Origin
from trailboss.lab.standins import ensure_images
from trailboss.lab.standins.ensure import wanted
from trailboss.model import names
from trailboss.worker.settings import Settings

pytestmark = [pytest.mark.lab, pytest.mark.long, pytest.mark.timeout(1500)]

VERSIONS = ("1.33.4", "1.34.4")
JOBS = {"trailboss-worker", "temporal", "otel-collector", "prometheus"}
HOSTS = (1, 1)
REPOSITORY = "herd"  # what docker-compose.yml's job calls herd.git
AWAY_SECONDS = 5
HELD_SECONDS = 6


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def compose(settings: Settings, artifacts: None) -> AsyncIterator[Compose]:
    """Bare hosts, images, a folder with an empty repository; nothing is started."""
    del artifacts
    ensure_images(wanted(ROOT / "docker-compose.yml", ROOT / "Dockerfile"), CONSOLE)
    home = settings.home / NAME / "compose"
    lab_down(NAME, CONSOLE)
    lab = lab_up(LabSpec(name=NAME, control_planes=HOSTS[0], workers=HOSTS[1]), CONSOLE)
    origin = Origin(home / "git", name=f"{REPOSITORY}.git")
    origin.create()
    async with composed(lab, origin, home) as service:
        yield service
    lab_down(NAME, CONSOLE)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ranch(compose: Compose) -> Ranch:
    return Ranch(lab=compose.lab, temporal=compose, origin=compose.origin, version=VERSIONS[0])


@pytest.fixture(scope="module")
def created() -> list[str]:
    """The commit that created the cluster, once it is pushed."""
    return []


async def test_from_nothing_to_healthy(compose: Compose) -> None:
    await compose.up()
    assert compose.ask("TEMPORAL_UI_PORT", "/").status_code == 200
    described = compose.run(
        compose.container("postgres"), "psql", "-U", "temporal", "-Atc", "select count(*) from shards"
    )
    assert int(described) <= 512


async def test_a_push_creates_a_cluster(compose: Compose, ranch: Ranch, created: list[str]) -> None:
    push(compose, ranch, VERSIONS[0])
    created.append(ranch.commit)
    status = await ranch.settles(within=900)
    assert (status.phase, status.kubernetes_version) == ("Ready", VERSIONS[0]), status


async def test_prometheus_scrapes_all_there_is(compose: Compose) -> None:
    targets = compose.ask("PROMETHEUS_PORT", "/api/v1/targets").json()["data"]["activeTargets"]
    assert {target["labels"]["job"] for target in targets} == JOBS
    assert {target["health"] for target in targets} == {"up"}, targets


async def test_a_second_worker_joins(compose: Compose) -> None:
    await compose.up(workers=2)
    assert len(compose.containers("worker")) == 2


async def test_the_database_killed_in_the_middle_of_upgrade_apply(compose: Compose, ranch: Ranch) -> None:
    push(compose, ranch, VERSIONS[1])
    await until(lambda: ranch.unit_runs("cp-1", "kubeadm-upgrade-apply"), within=600)
    await killed_and_started(compose, compose.container("postgres"))
    assert ranch.running_unit("cp-1", "kubeadm-upgrade-apply"), "it came too late to show anything"


async def test_temporal_killed_likewise(compose: Compose, ranch: Ranch) -> None:
    await killed_and_started(compose, compose.container("temporal"))
    await compose.connect()
    assert ranch.running_unit("cp-1", "kubeadm-upgrade-apply"), "it came too late to show anything"


async def test_one_of_two_workers_killed_and_the_other_goes_on(
    compose: Compose, ranch: Ranch, tell: Callable[[str], None]
) -> None:
    """Killed is the one that has the upgrade of cp-1 in hand, once both have had a part in it."""
    shared, busy = await steps_by_worker(compose, ranch), await busy_worker(compose, ranch)
    (other,) = set(compose.containers("worker")) - {busy}
    tell(f"activities of the upgrade so far, by worker: {shared}")
    assert shared.keys() == {busy, other}
    compose.kill(busy)
    ranch.signal(names.PAUSE)
    await until(lambda: ranch.operation_is("cp-1", "upgrade", "done"), within=900)
    assert (await steps_by_worker(compose, ranch))[other] > shared[other]
    await asyncio.sleep(HELD_SECONDS)
    assert await ranch.operation_is("worker-1", "upgrade", "waiting")
    await killed_and_started(compose, other)


async def test_its_page_in_the_web_ui_says_how_to_go_on(compose: Compose, ranch: Ranch, tmp_path: Path) -> None:
    """With TRAILBOSS_PICTURES, a folder, its pictures go there: those of the documentation are from here."""
    folder = Path(os.environ.get("TRAILBOSS_PICTURES", tmp_path))
    address = f"http://127.0.0.1:{compose.ports['TEMPORAL_UI_PORT']}"
    taken = await take(address, names.change_id(NAME, ranch.commit), folder)
    assert taken.keys() >= {"change", "machine", "list"}


async def test_a_backup_restored_into_an_empty_database(compose: Compose, ranch: Ranch) -> None:
    """Taken while the change is held; what is done after it is forgotten, and is not done a second time.

    Workers end before it: what they remember of workflows is newer than what the backup knows.
    """
    database = compose.container("postgres")
    dumps = {name: await asyncio.to_thread(dump, database, name) for name in ("temporal", "temporal_visibility")}
    ranch.signal(names.RESUME)
    await until(lambda: ranch.operation_is("worker-1", "upgrade", "done"), within=600)
    temporal, workers = compose.container("temporal"), compose.containers("worker")
    for container in (temporal, *compose.running("worker")):
        compose.kill(container)
    for name, content in dumps.items():
        await asyncio.to_thread(restore, database, name, content)
    for container in (temporal, *workers):
        compose.start(container)
        await compose.healthy(container)
    await compose.connect()
    await until(lambda: ranch.operation_is("worker-1", "upgrade", "waiting"), within=120)
    ranch.signal(names.RESUME)


async def test_all_is_upgraded_and_nothing_was_repeated(ranch: Ranch) -> None:
    status = await ranch.settles(within=900)
    assert (status.phase, status.kubernetes_version) == ("Ready", VERSIONS[1]), status
    nodes = ranch.kubectl("cp-1", "get nodes -o jsonpath='{range .items[*]}{.status.nodeInfo.kubeletVersion} {end}'")
    assert nodes.split() == [f"v{VERSIONS[1]}"] * 2
    hosts = ("cp-1", "worker-1")
    assert {host: ranch.kubeadm_runs(host)["upgrade"] for host in hosts} == dict.fromkeys(hosts, 1)
    assert {host: ranch.kubeadm_ended(host) for host in hosts} == dict.fromkeys(hosts, 1)


async def test_one_trace_holds_all_of_a_push(compose: Compose, created: list[str]) -> None:
    push = trace_of_push(of_collector(compose.traces), created[0][:12])
    assert check_one_trace(push, NAME, created[0][:12]) == {"cp-1", "worker-1"}


async def test_one_trace_holds_the_upgrade_but_for_what_died_with_its_worker(compose: Compose, ranch: Ranch) -> None:
    """A worker that is killed takes spans along that had not ended: attempts at activities, whose parts are there."""
    push = trace_of_push(of_collector(compose.traces), ranch.commit[:12])
    assert [span.name for span in push if not span.parent] == ["RunWorkflow:PollWorkflow"]
    known = {span.id for span in push}
    orphans = {span.name.split()[0] for span in push if span.parent and span.parent not in known}
    assert {name for name in orphans if not name.startswith("RunActivity:")} <= {"ssh", "kube"}
    names_there = {span.name for span in push}
    assert {"git fetch", "RunWorkflow:ChangeWorkflow", "RunActivity:plan_change", "ssh observe"} <= names_there
    assert {"RunWorkflow:MachineWorkflow", "RunActivity:kubeadm-upgrade-apply", "RunActivity:drain"} <= names_there


async def test_down_leaves_nothing(compose: Compose, tell: Callable[[str], None]) -> None:
    compose.down()
    assert compose.left() == {}
    tell("compose-down left no container, network or volume")


def push(compose: Compose, ranch: Ranch, version: str) -> None:
    ranch.version = version
    ranch.push(f"Kubernetes {version}", in_containers(compose.lab, NAME, version))


async def killed_and_started(compose: Compose, container: str) -> None:
    compose.kill(container)
    await asyncio.sleep(AWAY_SECONDS)
    compose.start(container)
    await compose.healthy(container)


async def steps_by_worker(compose: Compose, ranch: Ranch) -> Counter[str]:
    """Count the activities of the last push's change and of its machines that each worker's container took up."""
    counts: Counter[str] = Counter()
    hosts = compose.hostnames("worker")
    change = names.change_id(NAME, ranch.commit)
    async for execution in compose.client.list_workflows(f"{names.ATTRIBUTE_CLUSTER} = '{NAME}'"):
        if not execution.id.startswith(change):
            continue
        handle = compose.client.get_workflow_handle(execution.id, run_id=execution.run_id)
        async for event in handle.fetch_history_events():
            if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED:
                counts[hosts[host_of(event.activity_task_started_event_attributes.identity)]] += 1
    return counts


async def busy_worker(compose: Compose, ranch: Ranch) -> str:
    """The container of the worker that carries out a step on cp-1 right now."""
    machine = names.machine_id(NAME, ranch.commit, "cp-1", "upgrade")
    described = await compose.client.get_workflow_handle(machine).describe()
    (step,) = described.raw_description.pending_activities
    return compose.hostnames("worker")[host_of(step.last_worker_identity)]


def host_of(identity: str) -> str:
    """Return HOST of "trailboss VERSION PID@HOST"."""
    return identity.rpartition("@")[2]


def dump(container: str, database: str) -> bytes:
    return _output("docker", "exec", container, "pg_dump", "--username=temporal", "--format=custom", database)


def restore(container: str, database: str, content: bytes) -> None:
    """Into a database made anew, as the one of a machine that took the lost one's place."""
    connected = ("docker", "exec", "--interactive", container)
    _output(*connected, "dropdb", "--username=temporal", "--maintenance-db=postgres", "--force", database)
    _output(*connected, "createdb", "--username=temporal", "--maintenance-db=postgres", database)
    _output(*connected, "pg_restore", "--username=temporal", "--exit-on-error", f"--dbname={database}", stdin=content)


def _output(*command: str, stdin: bytes | None = None) -> bytes:
    return subprocess.run(command, check=True, capture_output=True, input=stdin).stdout
