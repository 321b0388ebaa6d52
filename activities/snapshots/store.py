"""Where etcd's snapshots are kept once they are off their hosts. Everything here blocks: callers use a thread."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from trailboss.activities.snapshots.shelves import BucketShelf, FolderShelf, Shelf
from trailboss.model.errors import StepFailed, TemporaryError
from trailboss.model.snapshots import Snapshot, StoredSnapshot
from trailboss.s3 import Bucket

_RECORD, _DATA, _AUTHORITIES = ".json", ".db", ".authorities.tar"
_S3 = "s3://"


@dataclass(frozen=True)
class SnapshotFiles:
    """A set's files on this machine: etcd's data, and a tar archive of the cluster's authorities.

    Either holds what opens the whole cluster; both are their owner's alone.
    """

    data: Path
    authorities: Path


def store_of(cluster: str, wanted: str | None, home: Path) -> "SnapshotStore":
    """Return the store of a cluster. `wanted`: a folder, or s3://BUCKET[/PREFIX]; None for the folder `home`."""
    if wanted and wanted.startswith(_S3):
        bucket, _, prefix = wanted.removeprefix(_S3).partition("/")
        return SnapshotStore(BucketShelf(Bucket(bucket), "/".join(part for part in (prefix, cluster) if part)))
    return SnapshotStore(FolderShelf((Path(wanted).expanduser() if wanted else home) / cluster))


class SnapshotStore:
    """The snapshots of one cluster. Each is a set: NAME.db, NAME.authorities.tar, and NAME.json, its record.

    The record is written last and removed first: it makes the others count.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def holds(self, name: str) -> str:
        """Return where the snapshot `name` is, whole; "" if it is not."""
        there = self._shelf.sizes()
        whole = all(f"{name}{ending}" in there for ending in (_DATA, _AUTHORITIES, _RECORD))
        return self._shelf.where(f"{name}{_DATA}") if whole else ""

    def put(self, files: SnapshotFiles, snapshot: Snapshot) -> str:
        """Take `files` (which may be moved away) as `snapshot`, and return where its data is now.

        Raises:
            TemporaryError: the files are not what `snapshot` says.
        """
        if _differs(files, snapshot):
            raise TemporaryError(f"the snapshot {snapshot.name} did not arrive as it was sent")
        self._shelf.take(files.data, f"{snapshot.name}{_DATA}")
        self._shelf.take(files.authorities, f"{snapshot.name}{_AUTHORITIES}")
        self._shelf.write(f"{snapshot.name}{_RECORD}", snapshot.model_dump_json(indent=2) + "\n")
        return self._shelf.where(f"{snapshot.name}{_DATA}")

    def keep(self, count: int) -> tuple[str, ...]:
        """Remove all sets but the newest `count`; return the names of those removed."""
        there = self._shelf.sizes()
        old = tuple(_names(there, _RECORD)[:-count])
        for name in old:
            self._shelf.remove([f"{name}{e}" for e in (_RECORD, _AUTHORITIES, _DATA) if f"{name}{e}" in there])
        return old

    def listed(self) -> tuple[StoredSnapshot, ...]:
        """Return all snapshots, oldest first, also those of which a part is missing."""
        there = self._shelf.sizes()
        names = sorted({*_names(there, _RECORD), *_names(there, _DATA)})
        return tuple(self._listed(name, there) for name in names)

    def bring(self, name: str, folder: Path) -> SnapshotFiles:
        """Return the set's files on this machine, in `folder` if they have to be fetched, once their digests are right.

        Raises:
            StepFailed: the set is not whole, or is not what its record says.
        """
        found = next((one for one in self.listed() if one.name == name), None)
        if found is None or found.missing:
            raise StepFailed(f"the snapshot {name} cannot be restored: {found.missing if found else 'it is not there'}")
        record = Snapshot.model_validate_json(self._shelf.read(f"{name}{_RECORD}"))
        files = SnapshotFiles(*(self._shelf.bring(f"{name}{e}", folder) for e in (_DATA, _AUTHORITIES)))
        if wrong := _differs(files, record):
            raise StepFailed(f"the snapshot {name} is damaged: {wrong} is not what its record says")
        return files

    def _listed(self, name: str, there: Mapping[str, int]) -> StoredSnapshot:
        where, size = self._shelf.where(f"{name}{_DATA}"), there.get(f"{name}{_DATA}", 0)
        found = StoredSnapshot(name=name, where=where, size=size, missing=_missing(name, there))
        if f"{name}{_RECORD}" not in there:
            return found
        try:
            record = Snapshot.model_validate_json(self._shelf.read(f"{name}{_RECORD}"))
        except ValidationError:
            return found.model_copy(update={"missing": "its record cannot be read"})
        if not record.authorities_sha256:
            found = found.model_copy(
                update={"missing": "it has no authorities: it was taken before they belonged to it"}
            )
        return found.model_copy(update=_told(record))


def _told(record: Snapshot) -> dict[str, object]:
    return {
        "kubernetes_version": record.kubernetes_version,
        "sha256": record.sha256,
        "etcd_members": len(record.members),
        "commit": record.commit,
    }


def _missing(name: str, there: Mapping[str, int]) -> str:
    words = {_RECORD: "record", _DATA: "data", _AUTHORITIES: "authorities"}
    absent = [word for ending, word in words.items() if f"{name}{ending}" not in there]
    return f"it has no {', no '.join(absent)}" if absent else ""


def _differs(files: SnapshotFiles, snapshot: Snapshot) -> str:
    """Return which of the files is not what the record says, "" if both are."""
    if sha256_of(files.data) != snapshot.sha256:
        return "etcd's data"
    return "" if sha256_of(files.authorities) == snapshot.authorities_sha256 else "the archive of the authorities"


def _names(there: Mapping[str, int], ending: str) -> list[str]:
    return sorted(name.removesuffix(ending) for name in there if name.endswith(ending))


def sha256_of(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
