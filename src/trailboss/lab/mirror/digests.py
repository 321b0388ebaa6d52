"""An artifact counts only once its digest stands beside it; the digest is written after the artifact is whole."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PART = ".part"
"""Ending of a file that is still being written; none outlives the next build."""


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_file(path: Path) -> Path:
    """The file that holds an artifact's bare SHA-256, as dl.k8s.io has it."""
    return path.with_name(path.name + ".sha256")


def recorded_digest(path: Path) -> str | None:
    """The digest recorded beside an artifact; None without one."""
    try:
        return digest_file(path).read_text().strip()
    except FileNotFoundError:
        return None


def is_good(path: Path) -> bool:
    """The artifact is there, whole, and is what its record says."""
    recorded = recorded_digest(path)
    return recorded is not None and path.is_file() and sha256_of(path) == recorded


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary neighbour to write to; it takes `path`'s name only if the block ends well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}{PART}")
    try:
        yield part
        _to_disk(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_whole(path: Path, text: str) -> None:
    with whole_file(path) as part:
        part.write_text(text)


@contextmanager
def artifact(path: Path) -> Iterator[Path]:
    """As `whole_file`, and the digest is recorded once the artifact is in place."""
    digest_file(path).unlink(missing_ok=True)
    with whole_file(path) as part:
        yield part
    write_whole(digest_file(path), sha256_of(path))


def link_artifact(existing: Path, path: Path) -> None:
    """The same content under a second name, at no cost of disk."""
    with artifact(path) as part:
        part.hardlink_to(existing)


def remove_parts(directory: Path) -> None:
    """Takes away what a killed build left half-written."""
    for part in directory.rglob(f".*{PART}"):
        part.unlink()


def _to_disk(path: Path) -> None:
    # A rename can reach the disk before the data does; a host that loses power must not keep an empty artifact.
    with path.open("rb") as file:
        os.fsync(file.fileno())
