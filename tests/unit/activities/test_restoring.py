"""The steps of a restore on the control plane that gets the data, and what is asked of store and hosts before."""

import base64
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import ActivityEnvironment
from tests.unit.activities.fake_etcd import Etcd
from tests.unit.activities.fake_hosts import POOL, REVISION, Stage, cluster, machine

from trailboss.activities import api, place
from trailboss.activities.snapshots import asking, restoring
from trailboss.activities.snapshots.asking import SnapshotAskingActivities
from trailboss.activities.snapshots.restoring import RestoringActivities
from trailboss.activities.snapshots.store import SnapshotFiles, store_of
from trailboss.kube import nodes
from trailboss.model.messages import ChangeContext, StepInput
from trailboss.model.snapshots import RestoreInput, Snapshot, SnapshotInput
from trailboss.ssh import Host, Writer

NAME = "20251125T161331Z-v1.34.4"
DATA, KEYS = b"the snapshot", b"an archive of keys"
DEMO = cluster("cp-1", "cp-2", "cp-3", "w-1")
CONTEXT = ChangeContext(cluster="demo", revision=REVISION, fence=7, version="1.34.4", snapshot=NAME)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder whose store has one whole snapshot."""
    files = SnapshotFiles(tmp_path / "data", tmp_path / "keys")
    files.data.write_bytes(DATA)
    files.authorities.write_bytes(KEYS)
    digests = (hashlib.sha256(DATA).hexdigest(), hashlib.sha256(KEYS).hexdigest())
    made = Snapshot(
        name=NAME,
        cluster="demo",
        kubernetes_version="1.34.4",
        revision=41,
        sha256=digests[0],
        size=len(DATA),
        authorities_sha256=digests[1],
    )
    store_of("demo", None, tmp_path / "home").put(files, made)
    return tmp_path / "home"


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Hosts on which all goes well, and an API that is ready at once where it is asked for."""

    @asynccontextmanager
    async def connected(*_given: object, **_more: object) -> AsyncIterator[None]:
        yield None

    async def load(_revision: object) -> object:
        return DEMO

    for module in (restoring, asking, place):
        monkeypatch.setattr(module, "load_cluster_at", load)
    for module in (restoring, api):
        monkeypatch.setattr(module, "connected", connected)
    return Stage(monkeypatch, Etcd([machine(name) for name in ("cp-1", "cp-2", "cp-3")]))


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, bytes]]:
    """What is sent to hosts: host, path there, content."""
    found = []

    async def send(host: Host, writer: Writer, local: Path, remote: str, *, sha256: str, within: timedelta) -> None:
        assert (writer, within > timedelta(0)) == (Writer("demo", 7), True)
        content = local.read_bytes()
        assert hashlib.sha256(content).hexdigest() == sha256
        found.append((host.machine.name, remote, content))

    monkeypatch.setattr(Host, "send", send)
    return found


async def run(activity: Callable[..., Any], name: str = "etcd-restore") -> str:
    result = await ActivityEnvironment().run(activity, StepInput(context=CONTEXT, machine="cp-2", step=name))
    return str(result.summary)


async def test_data_and_authorities_reach_the_host_and_only_as_files(
    stage: Stage, home: Path, sent: list[tuple[str, str, bytes]]
) -> None:
    assert "serves Kubernetes 1.34.4" in await run(RestoringActivities(POOL, home).etcd_restore)
    assert sent == [("cp-2", f"/var/lib/trailboss/snapshots/{NAME}.db", DATA)]
    ((name, unit),) = stage.long_actions()
    assert (name, unit) == ("cp-2", "trailboss-step-demo-7-1.34.4-etcd-restore.service")
    script = stage.scripts[-1][1]
    assert "DirAvailable--var-lib-etcd" in script
    assert base64.b64encode(KEYS).decode() in script.partition("inputs/authorities.tar.base64")[2]
    assert list((home / ".arriving").iterdir()) == []


@pytest.mark.parametrize("outcome", ["0", "running"])
async def test_one_that_runs_or_has_ended_is_attached_to_without_secrets(
    stage: Stage, home: Path, sent: list[tuple[str, str, bytes]], outcome: str
) -> None:
    stage.outcomes = [outcome]
    await run(RestoringActivities(POOL, home).etcd_restore)
    assert sent == []
    assert "authorities.tar.base64'" not in stage.scripts[-1][1].replace("\n", "")
    assert base64.b64encode(KEYS).decode() not in stage.scripts[-1][1]


async def test_the_set_is_read_whole_before_anything_is_taken_apart(stage: Stage, home: Path) -> None:
    assert await run(RestoringActivities(POOL, home).check) == f"{NAME} is whole"
    (home / "demo" / f"{NAME}.db").write_bytes(b"bit rot")
    with pytest.raises(Exception, match="is damaged"):
        await run(RestoringActivities(POOL, home).check)
    assert stage.scripts == []


async def test_the_store_and_all_control_planes_are_looked_at(stage: Stage, home: Path) -> None:
    assert stage.etcd
    stage.etcd.down = {"cp-1"}
    stage.facts = {"owner": "demo", "member": "join", "epoch": "1"}
    given = RestoreInput(context=CONTEXT)
    made = await ActivityEnvironment().run(RestoringActivities(POOL, home).plan_restore, given)
    assert (made.refusals, made.snapshot.name, made.target.machine) == ((), NAME, "cp-2")
    assert ([one.machine for one in made.resets], list(made.lost)) == (["cp-3"], ["cp-1"])
    assert stage.scripts == []


@pytest.mark.usefixtures("stage")
async def test_nodes_of_other_control_planes_are_forgotten_and_workers_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone: list[str] = []
    listed = [_node("cp-1"), _node("cp-2"), _node("old-cp"), _node("w-1", control_plane=False)]
    monkeypatch.setattr(nodes, "list_nodes", lambda _api: listed)
    monkeypatch.setattr(nodes, "forget", lambda _api, name: gone.append(name))
    monkeypatch.setattr(nodes, "forget_etcd_pod", lambda _api, name: gone.append(f"etcd-{name}"))

    async def ask(_pool: object, _cluster: object, question: Callable[[Any], Any]) -> Any:  # noqa: ANN401
        return question(None)

    monkeypatch.setattr(restoring, "ask", ask)
    assert await run(RestoringActivities(POOL, tmp_path).forget_nodes) == "deleted cp-1, old-cp"
    assert gone == ["cp-1", "etcd-cp-1", "old-cp", "etcd-old-cp"]


def _node(name: str, *, control_plane: bool = True) -> nodes.NodeSeen:
    return nodes.NodeSeen(name=name, ready=True, kubelet_version="1.34.4", control_plane=control_plane)


async def test_a_snapshot_is_taken_where_etcd_is_well(stage: Stage, tmp_path: Path) -> None:
    asking, given = SnapshotAskingActivities(POOL, tmp_path), SnapshotInput(context=CONTEXT)
    assert stage.etcd
    stage.etcd.down = {"cp-1"}
    assert (await ActivityEnvironment().run(asking.snapshot_source, given)).machine == "cp-2"
    stage.etcd.down = {"cp-1", "cp-2", "cp-3"}
    with pytest.raises(Exception, match="no etcd of demo can give a snapshot: cp-1"):
        await ActivityEnvironment().run(asking.snapshot_source, given)


async def test_what_the_store_holds_is_listed(stage: Stage, home: Path) -> None:
    given = SnapshotInput(context=CONTEXT)
    listed = await ActivityEnvironment().run(SnapshotAskingActivities(POOL, home).list_snapshots, given)
    assert [one.name for one in listed.snapshots] == [NAME]
    assert stage.scripts == []
