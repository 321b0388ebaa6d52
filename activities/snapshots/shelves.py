"""The places that a store of snapshots can be in: a folder of the worker, or a bucket. Everything here blocks."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from trailboss.model.errors import StoreUnavailable
from trailboss.s3 import Bucket

_NEW = ".new"  # ending of a file that is not whole yet


class Shelf(Protocol):
    """Files by name, without folders; each is whole or not there. Raises StoreUnavailable."""

    def where(self, name: str) -> str:
        """Return how people find the file."""
        ...

    def sizes(self) -> dict[str, int]:
        """Return the bytes of every file, by name."""
        ...

    def read(self, name: str) -> str: ...

    def write(self, name: str, content: str) -> None: ...

    def take(self, file: Path, name: str) -> None:
        """Take a file, which may be moved away."""
        ...

    def bring(self, name: str, folder: Path) -> Path:
        """Return the file on this machine: a copy in `folder`, or the file itself."""
        ...

    def remove(self, names: Sequence[str]) -> None:
        """Remove files in this order."""
        ...


class FolderShelf:
    """Files hold all of a cluster's secrets: they and their folder are their owner's alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def where(self, name: str) -> str:
        return str(self._folder / name)

    def sizes(self) -> dict[str, int]:
        if not self._folder.is_dir():
            return {}
        return {path.name: path.stat().st_size for path in self._folder.iterdir() if path.suffix != _NEW}

    def read(self, name: str) -> str:
        return (self._folder / name).read_text()

    def write(self, name: str, content: str) -> None:
        new = self._new(name)
        new.write_text(content)
        self._settle(new, name)

    def take(self, file: Path, name: str) -> None:
        new = self._new(name)
        shutil.move(file, new)
        self._settle(new, name)

    def bring(self, name: str, folder: Path) -> Path:
        del folder  # it is here already
        return self._folder / name

    def remove(self, names: Sequence[str]) -> None:
        for name in names:
            (self._folder / name).unlink(missing_ok=True)

    def _new(self, name: str) -> Path:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StoreUnavailable(f"{self._folder} cannot be made on this worker: {error.strerror}") from error
        new = self._folder / f"{name}{_NEW}"
        new.touch(mode=0o600)
        return new

    def _settle(self, new: Path, name: str) -> None:
        """Give a file its name once it is on disk."""
        new.chmod(0o600)
        with new.open("rb") as opened:
            os.fsync(opened.fileno())
        new.replace(self._folder / name)


class BucketShelf:
    def __init__(self, bucket: Bucket, prefix: str) -> None:
        self._bucket, self._prefix = bucket, prefix

    def where(self, name: str) -> str:
        return f"s3://{self._bucket.name}/{self._key(name)}"

    def sizes(self) -> dict[str, int]:
        found = self._bucket.sizes(self._key(""))
        names = {key.removeprefix(self._key("")): size for key, size in found.items()}
        return {name: size for name, size in names.items() if "/" not in name}

    def read(self, name: str) -> str:
        return self._bucket.read(self._key(name))

    def write(self, name: str, content: str) -> None:
        self._bucket.write(self._key(name), content)

    def take(self, file: Path, name: str) -> None:
        self._bucket.upload(file, self._key(name))

    def bring(self, name: str, folder: Path) -> Path:
        self._bucket.download(self._key(name), folder / name)
        return folder / name

    def remove(self, names: Sequence[str]) -> None:
        self._bucket.delete([self._key(name) for name in names])

    def _key(self, name: str) -> str:
        return f"{self._prefix}/{name}"
