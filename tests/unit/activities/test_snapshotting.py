import asyncio
import base64
import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.unit.activities.fake_etcd import Etcd
from tests.unit.activities.fake_hosts import POOL, Stage, cluster, machine

from trailboss.activities.snapshots import snapshotting
from trailboss.activities.snapshots.snapshotting import SnapshottingActivities
from trailboss.model.errors import ApiUnavailable
from trailboss.model.messages import StepResult
from trailboss.ssh import Host

CONTENT = b"etcd and its digest"
KEYS = b"an archive of keys"
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
    stage.answers["front-proxy-ca.key"] = base64.encodebytes(KEYS).decode()
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
    assert (home / "demo" / f"{NAME}.authorities.tar").read_bytes() == KEYS
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
        "commit": "c0ffee",
        "authorities_sha256": hashlib.sha256(KEYS).hexdigest(),
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
    stage.answers["front-proxy-ca.key"] = base64.encodebytes(KEYS).decode()
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
        for ending in ("db", "json", "authorities.tar"):
            path = tmp_path / "demo" / f"202511{day}T000000Z-v1.33.5.{ending}"
            path.parent.mkdir(exist_ok=True)
            path.touch()
    summary = await run(monkeypatch, tmp_path, snapshots={"keep": 2})
    assert summary.endswith("; 6 older removed")
    assert fetched
    left = sorted(path.name for path in (tmp_path / "demo").iterdir())
    assert left == sorted(
        f"{name}.{e}" for name in ("20251116T000000Z-v1.33.5", NAME) for e in ("authorities.tar", "db", "json")
    )


async def test_a_bucket_takes_it_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fetched: list[str], bucket: str
) -> None:
    summary = await run(monkeypatch, tmp_path, snapshots={"store": f"s3://{bucket}/p"})
    assert summary == f"0.0 MiB at revision 41, kept in s3://{bucket}/p/demo/{NAME}.db"
    assert await run(monkeypatch, tmp_path, snapshots={"store": f"s3://{bucket}/p"}) == summary
    assert len(fetched) == 1
    assert list((tmp_path / ".arriving").iterdir()) == []
