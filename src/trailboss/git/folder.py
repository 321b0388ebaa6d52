"""The folder of one bare mirror: made, opened, kept tidy and removed. Who calls holds its lock, or has it alone."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pygit2

from trailboss.git.remote import REMOTE
from trailboss.model.revision import Repository

_BROKEN = (pygit2.GitError, KeyError, OSError, ValueError)  # all that pygit2 raises for missing or damaged objects
_MOST_PACKS = 50  # each fetch leaves a pack; looking things up slows down with their number


class Damaged(Exception):
    """The mirror cannot be trusted; never leaves this package."""


@contextmanager
def opened(path: Path) -> Iterator[pygit2.Repository]:
    """Open a mirror for the body; whatever pygit2 cannot read there, in the body too, is damage."""
    try:
        mirror = pygit2.Repository(str(path), pygit2.enums.RepositoryOpenFlag.NO_SEARCH)
        with _freed(mirror):
            if not mirror.is_bare or mirror.is_shallow:
                raise Damaged(f"{path} is no complete bare mirror")
            yield mirror
    except _BROKEN as error:
        raise Damaged(str(error)) from error


@contextmanager
def made(path: Path, repository: Repository) -> Iterator[pygit2.Repository]:
    """Make an empty mirror and open it for the body."""
    try:
        mirror = pygit2.init_repository(str(path), bare=True)
        with _freed(mirror):
            mirror.config[f"remote.{REMOTE}.url"] = repository.url
            mirror.config[f"remote.{REMOTE}.tagOpt"] = "--no-tags"
            yield mirror
    except _BROKEN as error:
        raise Damaged(str(error)) from error


@contextmanager
def _freed(mirror: pygit2.Repository) -> Iterator[None]:
    """Let go of all packs before the lock is.

    libgit2 shares open packs by path within a process: a mirror made anew at the same path would be given those of
    the damaged one for as long as anybody holds it.
    """
    try:
        yield
    finally:
        mirror.free()


def drop_leftovers(path: Path) -> None:
    """Remove what a killed fetch left: we hold the lock, so no lock file or half a pack is anybody's."""
    leftovers = (*path.rglob("*.lock"), *(path / "objects" / "pack").glob("pack_*"))
    for leftover in leftovers:
        leftover.unlink(missing_ok=True)


def compact(mirror: pygit2.Repository, path: Path) -> None:
    """Write one pack in place of many; the old ones go only when the new one is on disk."""
    before = set((path / "objects" / "pack").glob("*.pack"))
    if len(before) <= _MOST_PACKS:
        return
    mirror.pack()
    if not set((path / "objects" / "pack").glob("*.pack")) - before:
        return
    for pack in before:
        pack.with_suffix(".idx").unlink(missing_ok=True)
        pack.unlink(missing_ok=True)


def remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
