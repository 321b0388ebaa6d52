import asyncio
import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.unit.activities.fake_etcd import Etcd
from tests.unit.activities.fake_hosts import POOL, Stage, cluster, machine

from trailboss.activities import snapshotting
from trailboss.activities.snapshot_store import FolderStore, Snapshot, store_of
from trailboss.activities.snapshotting import SnapshottingActivities
from trailboss.model.errors import ApiUnavailable, StepFailed, TemporaryError
from trailboss.model.messages import StepResult
from trailboss.ssh import Host

CONTENT = b"etcd and its digest"
DIGEST = hashlib.sha256(CONTENT).hexdigest()
NAME = "20251125T161331Z-v1.33.5"
TAKEN = f"some words\nsnapshot {NAME} {DIGEST} {len(CONTENT)} 41 3.6.5\n"


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Hosts hand out CONTENT; returns the paths that are fetched from then on."""
    paths: list[str] = []

    async def fetch(_host: Host, remote: str, local: Path, *, within: timedelta) -> None:
        assert within
        paths.append(remote)
        await asyncio.to_thread(local.write_bytes, CONTENT)

    async def ask(_pool: object, _cluster: object, _question: Callable[[Any], Any]) -> str:
        return "1.33.5"

    monkeypatch.setattr(Host, "fetch", fetch)
    monkeypatch.setattr(snapshotting, "ask", ask)
    return paths


async def run(monkeypatch: pytest.MonkeyPatch, home: Path, **given: object) -> str:
    names = ("cp-1", "cp-2", "cp-3")
    stage = Stage(monkeypatch, Etcd([machine(name) for name in names]), output=TAKEN)
    activity = SnapshottingActivities(POOL, home).etcd_snapshot
    result = await stage.run(snapshotting, activity, cluster(*names, **given), "cp-2")
    (action,) = [script for _, script in stage.scripts if "run.sh" in script]
    assert "version='1.33.5'" in action
    return result.summary


async def test_a_snapshot_is_taken_and_brought_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fetched: list[str]
) -> None:
    home = tmp_path / "snapshots"
    summary = await run(monkeypatch, home)
    assert summary == f"0.0 MiB at revision 41, kept in {home}/demo/{NAME}.db"
    assert fetched == [f"/var/lib/trailboss/snapshots/{NAME}.db"]
    assert (home / "demo" / f"{NAME}.db").read_bytes() == CONTENT
    record = json.loads((home / "demo" / f"{NAME}.json").read_text())
    assert {**record, "stored_at": ""} == {
        "name": NAME,
        "cluster": "demo",
        "kubernetes_version": "1.33.5",
        "etcd_version": "3.6.5",
        "revision": 41,
        "sha256": DIGEST,
        "size": len(CONTENT),
        "members": ["cp-1", "cp-2", "cp-3"],
        "taken_by": "cp-2",
        "stored_at": "",
    }
    assert list((home / ".arriving").iterdir()) == []


async def test_the_last_one_of_a_cluster_is_taken_as_any_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fetched: list[str]
) -> None:
    result = await last(monkeypatch, tmp_path, TAKEN)
    assert result.summary.endswith(f"kept in {tmp_path}/demo/{NAME}.db")
    assert len(fetched) == 1


async def test_without_a_last_one_a_cluster_can_be_destroyed_all_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fetched: list[str]
) -> None:
    async def ask(*_: object) -> None:
        raise ApiUnavailable("no API server of demo is ready")

    monkeypatch.setattr(snapshotting, "ask", ask)
    result = await last(monkeypatch, tmp_path, TAKEN)
    assert (result.changed, result.summary) == (False, "none could be taken: no API server of demo is ready")
    assert fetched == []


async def last(monkeypatch: pytest.MonkeyPatch, home: Path, output: str) -> StepResult:
    stage = Stage(monkeypatch, Etcd([machine("cp-1")]), output=output)
    return await stage.run(snapshotting, SnapshottingActivities(POOL, home).last_snapshot, cluster("cp-1"), "cp-1")


async def test_what_is_kept_already_is_not_fetched_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fetched: list[str]
) -> None:
    assert await run(monkeypatch, tmp_path) == await run(monkeypatch, tmp_path)
    assert len(fetched) == 1


async def test_a_folder_of_the_users_own_keeps_each_cluster_for_itself(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fetched: list[str]
) -> None:
    await run(monkeypatch, tmp_path / "home", snapshots={"store": str(tmp_path / "own")})
    assert (tmp_path / "own" / "demo" / f"{NAME}.db").exists()
    assert len(fetched) == 1


async def test_older_snapshots_go(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fetched: list[str]) -> None:
    for day in range(10, 17):
        for ending in ("db", "json"):
            path = tmp_path / "demo" / f"202511{day}T000000Z-v1.33.5.{ending}"
            path.parent.mkdir(exist_ok=True)
            path.touch()
    summary = await run(monkeypatch, tmp_path, snapshots={"keep": 2})
    assert summary.endswith("; 6 older removed")
    assert fetched
    left = sorted(path.name for path in (tmp_path / "demo").iterdir())
    assert left == sorted(f"{name}.{e}" for name in ("20251116T000000Z-v1.33.5", NAME) for e in ("db", "json"))


def snapshot(**given: object) -> Snapshot:
    fields = {"name": NAME, "cluster": "demo", "kubernetes_version": "1.33.5", "revision": 41, "size": 1}
    return Snapshot.model_validate({**fields, "sha256": DIGEST, **given})


def test_what_did_not_arrive_as_it_was_sent_is_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "arrived"
    file.write_bytes(CONTENT[:-1])
    store = FolderStore(tmp_path / "store")
    with pytest.raises(TemporaryError, match="did not arrive"):
        store.put(file, snapshot())
    assert store.holds(NAME) == ""


def test_what_is_kept_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "arrived"
    file.write_bytes(CONTENT)
    where = Path(FolderStore(tmp_path / "store").put(file, snapshot()))
    assert [path.stat().st_mode & 0o777 for path in (where, where.parent)] == [0o600, 0o700]
    assert not file.exists()


def test_one_that_was_cut_off_while_it_was_stored_does_not_count(tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.db").write_bytes(CONTENT)
    assert FolderStore(tmp_path).holds(NAME) == ""


def test_a_store_that_is_not_built_yet_is_told(tmp_path: Path) -> None:
    with pytest.raises(StepFailed, match="cannot go to s3://bucket/prefix yet"):
        store_of("demo", "s3://bucket/prefix", tmp_path)
