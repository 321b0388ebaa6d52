"""Where etcd's snapshots are kept once they are off their hosts. Everything here blocks: callers use a thread."""

import hashlib
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from pydantic import Field

from trailboss.model.base import Frozen
from trailboss.model.errors import StepFailed, TemporaryError

_RECORD = ".json"
_DATA = ".db"


class Snapshot(Frozen):
    """A snapshot in a store, beside which it stands as JSON.

    `name`: UTC time and Kubernetes version, so that names sort by age. `revision`: etcd's when the snapshot began.
    `size`: bytes. `members`: names of etcd's members at that time.
    """

    name: str
    cluster: str
    kubernetes_version: str
    etcd_version: str = ""
    revision: int
    sha256: str
    size: int
    members: tuple[str, ...] = ()
    taken_by: str = ""
    stored_at: datetime = Field(default_factory=lambda: datetime.now(UTC))


class SnapshotStore(Protocol):
    """Keeps the snapshots of one cluster."""

    def holds(self, name: str) -> str:
        """Return where the snapshot `name` is, whole; "" if it is not."""

    def put(self, file: Path, snapshot: Snapshot) -> str:
        """Take `file` (which may be moved away) as `snapshot`, and return where it is now.

        Raises:
            TemporaryError: the file is not what `snapshot` says.
        """

    def keep(self, count: int) -> tuple[str, ...]:
        """Remove all but the newest `count`; return the names of those removed."""


def store_of(cluster: str, wanted: str | None, home: Path) -> SnapshotStore:
    """Return the store of a cluster. `wanted`: a folder, None for the one below `home`.

    Raises:
        StepFailed: `wanted` is of a kind that is not built yet.
    """
    if wanted and "://" in wanted:
        raise StepFailed(f"snapshots cannot go to {wanted} yet: name a folder on the worker, or leave it out")
    return FolderStore((Path(wanted).expanduser() if wanted else home) / cluster)


class FolderStore:
    """NAME.db and NAME.json in a folder; the second is written last and makes the first count."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def holds(self, name: str) -> str:
        data = self._path(name, _DATA)
        return str(data) if data.exists() and self._path(name, _RECORD).exists() else ""

    def put(self, file: Path, snapshot: Snapshot) -> str:
        if _sha256(file) != snapshot.sha256:
            raise TemporaryError(f"the snapshot {snapshot.name} did not arrive as it was sent")
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        data = self._path(snapshot.name, _DATA)
        shutil.move(file, data.with_suffix(".new"))
        _settle(data.with_suffix(".new"), data)
        record = self._path(snapshot.name, _RECORD)
        record.with_suffix(".new").write_text(snapshot.model_dump_json(indent=2) + "\n")
        _settle(record.with_suffix(".new"), record)
        return str(data)

    def keep(self, count: int) -> tuple[str, ...]:
        names = sorted(path.name.removesuffix(_RECORD) for path in self._folder.glob(f"*{_RECORD}"))
        old = tuple(names[:-count])
        for name in old:
            self._path(name, _RECORD).unlink(missing_ok=True)
            self._path(name, _DATA).unlink(missing_ok=True)
        return old

    def _path(self, name: str, ending: str) -> Path:
        return self._folder / f"{name}{ending}"


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _settle(new: Path, path: Path) -> None:
    """Give a file its name once it is on disk; it holds all of a cluster's secrets, so it is its owner's alone."""
    new.chmod(0o600)
    with new.open("rb") as opened:
        os.fsync(opened.fileno())
    new.replace(path)
