"""Deterministic tar files: same content, same bytes, hence same digest."""

import io
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """One path of an image's file system. Exactly one of `source` (a file), `text`, `link`; none: a directory."""

    path: str
    mode: int = 0o755
    source: Path | None = None
    text: str | None = None
    link: str | None = None


def write_tar(target: Path, entries: Iterable[Entry]) -> None:
    """Writes the entries sorted, owned by root, without times."""
    with tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as tar:
        for entry in sorted(entries, key=lambda one: one.path):
            _add(tar, entry)


def tree_entries(root: Path, *, without: frozenset[str] = frozenset()) -> list[Entry]:
    """Every path below `root`, relative to it, but those named in `without` and what they hold."""
    found: list[Entry] = []
    for path in sorted(root.iterdir()):
        found += _tree(root, path, without)
    return found


def _tree(root: Path, path: Path, without: frozenset[str]) -> list[Entry]:
    name = str(path.relative_to(root))
    if name in without:
        return []
    if path.is_symlink():
        return [Entry(name, link=str(path.readlink()))]
    mode = path.stat().st_mode & 0o7777
    if path.is_dir():
        inside = [entry for child in sorted(path.iterdir()) for entry in _tree(root, child, without)]
        return [Entry(name, mode), *inside]
    return [Entry(name, mode, source=path)]


def _add(tar: tarfile.TarFile, entry: Entry) -> None:
    info = tarfile.TarInfo(entry.path)
    info.mode = entry.mode
    if entry.link is not None:
        info.type, info.linkname = tarfile.SYMTYPE, entry.link
        tar.addfile(info)
    elif entry.text is not None:
        content = entry.text.encode()
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))
    elif entry.source is not None:
        info.size = entry.source.stat().st_size
        with entry.source.open("rb") as file:
            tar.addfile(info, file)
    else:
        info.type = tarfile.DIRTYPE
        tar.addfile(info)
