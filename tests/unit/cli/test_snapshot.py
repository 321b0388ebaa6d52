"""What people read of snapshots and restores, what they are asked, and what reaches the cluster."""

import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console
from temporalio.client import Client
from temporalio.worker import Worker
from tests.unit.workflows.plans import NOTHING, only_workers
from tests.unit.workflows.restorable import NAME, PLAN, SNAPSHOT, Ranch
from tests.unit.workflows.running import cluster, until
from typer.testing import CliRunner

from trailboss.cli import asking, errands, snapshot
from trailboss.cli.snapshot_view import restore_lines, snapshots_table
from trailboss.model import names
from trailboss.model.control import Word
from trailboss.model.errors import BadInput, PermanentError
from trailboss.model.snapshots import RestorePlan, RestoreWord, StoredSnapshot, StoredSnapshots
from trailboss.worker.settings import Settings
from trailboss.workflows.restore import RestorePlanWorkflow
from trailboss.workflows.snapshots import SnapshotListWorkflow

OLD = StoredSnapshot(name="20251124T101112Z-v1.33.4", where="/x", size=1_500_000, missing="it has no authorities")


@pytest.fixture
def restored(monkeypatch: pytest.MonkeyPatch) -> list[RestoreWord]:
    """The restores that a command begins, where PLAN is what a restore of `demo` comes to."""
    found = []

    async def plan(_cluster: str, _snapshot: str, _control_plane: str) -> RestorePlan:
        return PLAN

    async def restore(_cluster: str, word: RestoreWord) -> str:
        found.append(word)
        return "it is back"

    monkeypatch.setattr(snapshot, "_plan", plan)
    monkeypatch.setattr(snapshot, "_restore", restore)
    return found


def run(*words: str, answer: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(snapshot.app, list(words), input=answer)
    return done.exit_code, " ".join(done.output.split())


@pytest.mark.parametrize(("options", "answer"), [(["--yes"], ""), ([], "demo\n")])
def test_a_restore_begins_once_the_name_is_typed(restored: list[RestoreWord], options: list[str], answer: str) -> None:
    code, output = run("restore", "demo", "--why", "fire", *options, answer=answer)
    assert code == 0, output
    assert "reset: cp-1, cp-2, cp-3; the others join again" in output
    assert "demo: it is back" in output
    (word,) = restored
    assert (word.snapshot, word.control_plane, word.why) == (NAME, "cp-1", "fire")
    assert "@" in word.by


@pytest.mark.parametrize("answer", ["yes\n", "\n\n", ""])
def test_another_word_changes_nothing(restored: list[RestoreWord], answer: str) -> None:
    assert run("restore", "demo", answer=answer)[0] != 0
    assert restored == []


def test_what_is_refused_is_not_even_asked(restored: list[RestoreWord], monkeypatch: pytest.MonkeyPatch) -> None:
    async def plan(*_given: str) -> RestorePlan:
        return PLAN.model_copy(update={"refusals": ("host cp-1 belongs to cluster other",)})

    monkeypatch.setattr(snapshot, "_plan", plan)
    code, output = run("restore", "demo", "--yes")
    assert (code, restored) == (1, [])
    assert "refused: host cp-1 belongs to cluster other" in output


def test_the_list_is_one_json_document_for_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    async def listed(_cluster: str) -> StoredSnapshots:
        return StoredSnapshots(snapshots=(OLD, SNAPSHOT))

    monkeypatch.setattr(snapshot, "_list", listed)
    done = CliRunner().invoke(snapshot.app, ["list", "demo", "--output", "json"])
    assert [(one["name"], one["missing"]) for one in json.loads(done.output)] == [(OLD.name, OLD.missing), (NAME, "")]


def test_the_list_tells_what_can_be_restored() -> None:
    console = Console(width=160)
    with console.capture() as captured:
        console.print(snapshots_table([OLD, SNAPSHOT.model_copy(update={"sha256": "ab" * 32})]))
    _, old, new = [line.split() for line in captured.get().strip().splitlines()]
    words = "2025-11-24 10:11:12 UTC 1.5 MB ? ? no: it has no authorities"
    assert old == [OLD.name, *words.split()]
    assert new == [NAME, *f"2025-11-25 16:13:31 UTC 0 bytes 1.33.4 {'ab' * 6} yes".split()]


@pytest.mark.parametrize(
    ("later", "words"),
    [
        (timedelta(seconds=30), "in the 30 seconds since 2025-11-25 16:13:31 UTC"),
        (timedelta(minutes=119), "in the 119 minutes since"),
        (timedelta(hours=47), "in the 47 hours since"),
        (timedelta(days=12, hours=3), "in the 12 days since"),
    ],
)
def test_how_much_is_lost_is_told(later: timedelta, words: str) -> None:
    now = datetime(2025, 11, 25, 16, 13, 31, tzinfo=UTC) + later
    assert words in [line.plain for line in restore_lines(PLAN, now)][1]


@asynccontextmanager
async def served(client: Client, herd: Ranch, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """Yield the name of a cluster that is Ready, which the commands reach."""

    @asynccontextmanager
    async def connected() -> AsyncIterator[Client]:
        yield client

    queue = f"asking-{uuid.uuid4().hex[:8]}"
    workflows = [RestorePlanWorkflow, SnapshotListWorkflow]
    monkeypatch.setattr(snapshot, "connected", connected)
    monkeypatch.setattr(asking, "load_settings", lambda: Settings(task_queue=queue))
    async with (
        Worker(client, task_queue=queue, workflows=workflows, activities=herd.activities()),
        cluster(client, herd) as handle,
    ):
        await until(handle, "Ready")
        yield handle.id.removeprefix("cluster/")


async def test_the_commands_reach_the_cluster(
    temporal_client: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    herd = Ranch([NOTHING])
    async with served(temporal_client, herd, monkeypatch) as name:
        assert (await snapshot._list(name)).snapshots == (SNAPSHOT,)
        assert (await snapshot._plan(name, NAME, "cp-1")) == PLAN
        assert await snapshot._create(name, Word(by="me@here")) == "done"
        assert herd.calls == ["plan", "cp-2 etcd-snapshot"]
        monkeypatch.setattr(snapshot, "console", Console(width=160))
        words = await snapshot._restore(name, RestoreWord(snapshot=NAME, by="me@here"))
    assert words == f"cp-1 serves Kubernetes 1.33.4 from {NAME}"
    assert {given.context.fence for given in herd.asked[:2]} == {0}
    assert "cp-1" in capsys.readouterr().out


async def test_why_not_is_told(temporal_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    herd = Ranch([NOTHING], fail={"cp-2 etcd-snapshot"})
    async with served(temporal_client, herd, monkeypatch) as name:
        with pytest.raises(PermanentError, match="cp-2: the end of its output"):
            await snapshot._create(name, Word())
    busy = Ranch([only_workers(1), NOTHING], hold={"worker-1 kubelet"})
    async with cluster(temporal_client, busy) as handle:
        await busy.until_called("worker-1 kubelet")
        name = handle.id.removeprefix("cluster/")
        with pytest.raises(PermanentError, match=f"{name}: a change is under way.*trailboss abort {name}"):
            await errands.ask_for(temporal_client, name, names.SNAPSHOT, Word())
        busy.release()
        await until(handle, "Ready")


async def test_an_unknown_cluster_is_told(temporal_client: Client) -> None:
    with pytest.raises(BadInput, match="no such cluster"):
        await errands.ask_for(temporal_client, "nope", names.SNAPSHOT, Word())


async def test_without_a_worker_nothing_is_begun(temporal_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errands, "_ANSWER_WITHIN", timedelta(seconds=1))
    name = f"c-{uuid.uuid4().hex[:8]}"
    handle = await temporal_client.start_workflow("ClusterWorkflow", id=names.cluster_id(name), task_queue=name)
    with pytest.raises(PermanentError, match="no worker answers"):
        await errands.ask_for(temporal_client, name, names.SNAPSHOT, Word())
    await handle.terminate()
