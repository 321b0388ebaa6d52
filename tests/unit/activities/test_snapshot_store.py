"""The same store in a folder and in a bucket, which a real server of S3's interface keeps."""

import hashlib
from pathlib import Path

import boto3
import pytest

from trailboss.activities.snapshots.store import SnapshotFiles, SnapshotStore, store_of
from trailboss.model.errors import StepFailed, StoreUnavailable, TemporaryError
from trailboss.model.snapshots import Snapshot

DATA, AUTHORITIES = b"etcd and its digest", b"keys"
NAMES = [f"2025112{day}T161331Z-v1.33.5" for day in range(5)]


BUCKETS = [pytest.param(url, marks=pytest.mark.slow) for url in ("s3://herd", "s3://herd/backups/eu")]


@pytest.fixture(params=["folder", *BUCKETS])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> SnapshotStore:
    if request.param == "folder":
        return store_of("demo", str(tmp_path / "own"), tmp_path / "home")
    request.getfixturevalue("bucket")
    return store_of("demo", request.param, tmp_path / "home")


def files(folder: Path, data: bytes = DATA, authorities: bytes = AUTHORITIES) -> SnapshotFiles:
    folder.mkdir(exist_ok=True)
    made = SnapshotFiles(folder / "data", folder / "authorities")
    made.data.write_bytes(data)
    made.authorities.write_bytes(authorities)
    return made


def record(name: str = NAMES[0], **given: object) -> Snapshot:
    fields = {
        "name": name,
        "cluster": "demo",
        "kubernetes_version": "1.33.5",
        "revision": 41,
        "size": len(DATA),
        "members": ("cp-1", "cp-2"),
        "commit": "c0ffee",
        "sha256": hashlib.sha256(DATA).hexdigest(),
        "authorities_sha256": hashlib.sha256(AUTHORITIES).hexdigest(),
    }
    return Snapshot.model_validate({**fields, **given})


def test_what_is_put_can_be_listed_and_comes_back_as_it_was(store: SnapshotStore, tmp_path: Path) -> None:
    where = store.put(files(tmp_path / "in"), record())
    assert where.endswith(f"/demo/{NAMES[0]}.db")
    assert store.holds(NAMES[0]) == where
    (one,) = store.listed()
    assert (one.name, one.where, one.size, one.kubernetes_version) == (NAMES[0], where, len(DATA), "1.33.5")
    assert (one.sha256, one.etcd_members, one.commit, one.missing) == (record().sha256, 2, "c0ffee", "")
    (tmp_path / "out").mkdir()
    back = store.bring(NAMES[0], tmp_path / "out")
    assert (back.data.read_bytes(), back.authorities.read_bytes()) == (DATA, AUTHORITIES)


def test_an_empty_store_is_no_error(store: SnapshotStore) -> None:
    assert (store.listed(), store.keep(1), store.holds(NAMES[0])) == ((), (), "")


def test_whole_sets_go_and_the_newest_stay(store: SnapshotStore, tmp_path: Path) -> None:
    for name in NAMES:
        store.put(files(tmp_path / "in"), record(name))
    assert store.keep(2) == tuple(NAMES[:3])
    assert [one.name for one in store.listed()] == NAMES[3:]
    assert all(one.complete for one in store.listed())


def test_what_did_not_arrive_as_it_was_sent_is_not_kept(store: SnapshotStore, tmp_path: Path) -> None:
    for damaged in (files(tmp_path / "a", data=DATA[:-1]), files(tmp_path / "b", authorities=b"k")):
        with pytest.raises(TemporaryError, match="did not arrive"):
            store.put(damaged, record())
    assert store.listed() == ()


def test_one_that_an_older_trailboss_took_is_listed_and_not_restored(store: SnapshotStore, tmp_path: Path) -> None:
    made = files(tmp_path / "in")
    store._shelf.take(made.data, f"{NAMES[0]}.db")
    store._shelf.write(f"{NAMES[0]}.json", record(authorities_sha256="").model_dump_json())
    store._shelf.take(files(tmp_path / "in").data, f"{NAMES[1]}.db")
    old, bare = store.listed()
    assert (old.kubernetes_version, old.complete, bare.complete) == ("1.33.5", False, False)
    assert "authorities" in old.missing
    assert "record" in bare.missing
    assert store.holds(NAMES[0]) == ""
    with pytest.raises(StepFailed, match="cannot be restored"):
        store.bring(NAMES[0], tmp_path)


def test_one_that_was_changed_in_the_store_is_not_restored(store: SnapshotStore, tmp_path: Path) -> None:
    store.put(files(tmp_path / "in"), record())
    store._shelf.take(files(tmp_path / "in", data=b"bit rot").data, f"{NAMES[0]}.db")
    (tmp_path / "out").mkdir()
    with pytest.raises(StepFailed, match="is damaged: etcd's data"):
        store.bring(NAMES[0], tmp_path / "out")


def test_a_record_that_cannot_be_read_is_told(store: SnapshotStore, tmp_path: Path) -> None:
    store.put(files(tmp_path / "in"), record())
    store._shelf.write(f"{NAMES[0]}.json", "{}")
    assert store.listed()[0].missing == "its record cannot be read"


def test_what_a_folder_keeps_is_its_owners_alone(tmp_path: Path) -> None:
    where = Path(store_of("demo", None, tmp_path / "home").put(files(tmp_path / "in"), record()))
    assert where.parent == tmp_path / "home" / "demo"
    assert where.parent.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in where.parent.iterdir()} == {0o600}
    assert len(list(where.parent.iterdir())) == 3


def test_each_cluster_has_keys_of_its_own(bucket: str, tmp_path: Path) -> None:
    store_of("demo", f"s3://{bucket}/p", tmp_path).put(files(tmp_path / "in"), record())
    assert store_of("dem", f"s3://{bucket}/p", tmp_path).listed() == ()
    found = boto3.session.Session().client("s3").list_objects_v2(Bucket=bucket)["Contents"]
    assert [one["Key"] for one in found] == [f"p/demo/{NAMES[0]}.{e}" for e in ("authorities.tar", "db", "json")]


def test_a_bucket_that_is_not_there_is_told_and_tried_again(bucket: str, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=f"s3://no-{bucket} cannot be listed"):
        store_of("demo", f"s3://no-{bucket}", tmp_path).listed()


def test_credentials_that_are_not_there_are_told(bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(StoreUnavailable, match=r"(?i)credentials"):
        store_of("demo", f"s3://{bucket}", tmp_path).listed()
