"""Folders of this worker for what is on its way from or to a store of snapshots, and is a secret."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def landing(home: Path, cluster: str) -> Iterator[Path]:
    """Yield an empty folder of the cluster's own; what a worker that died left there goes now."""
    folder = home / ".arriving" / cluster
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
