"""Where the lab keeps what it knows, outside the checkout."""

import os
import tempfile
from pathlib import Path

from trailboss.model.places import state_home


def labs_dir() -> Path:
    return state_home() / "lab"


def lab_dir(name: str) -> Path:
    """One lab's keys, known_hosts and lab.json."""
    return labs_dir() / name


def write_private(path: Path, text: str) -> None:
    """Replace `path` in one go, readable by its owner alone: a process killed here leaves the old file or the new."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w") as file:
        file.write(text)
    Path(temporary).replace(path)
