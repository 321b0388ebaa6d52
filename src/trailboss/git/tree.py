"""What a commit holds, given an open mirror."""

from collections.abc import Iterator
from contextlib import suppress

import pygit2
from pygit2.enums import FileMode

from trailboss.model.addons import SHARED
from trailboss.model.errors import BadInput
from trailboss.model.problem import Problem

_MANIFESTS = (".yaml", ".yml", ".json")
_LARGEST_BYTES = 1024 * 1024  # of one file; manifests are a few kilobytes
_LARGEST_BESIDE_BYTES = 64 * 1024  # of a file whose text goes to hosts
_LARGEST_SHARED_BYTES = 8 * 1024 * 1024  # of a file of an addon; bundles of definitions have some megabytes


def cluster_folders(mirror: pygit2.Repository, commit: str, path: str) -> dict[str, str]:
    """Return the folders right under `path`: name → tree id. Hidden ones, files, links and submodules are left out."""
    folder = _folder(mirror, commit, path)
    if folder is None:
        return {}
    trees = (entry for entry in folder if isinstance(entry, pygit2.Tree))
    others = set() if _trimmed(path) else {SHARED}  # at the root it stands beside clusters, and is none
    return {tree.name: str(tree.id) for tree in trees if tree.name and not _left_out(tree.name, others)}


def texts(mirror: pygit2.Repository, commit: str, path: str) -> Iterator[tuple[str, bytes | None]]:
    """Yield all manifests at and under `path`: name from the repository's root, content (None: too large)."""
    folder = _folder(mirror, commit, path)
    if folder is not None:
        yield from _walk(folder, _trimmed(path))


def has_folder(mirror: pygit2.Repository, commit: str, path: str) -> bool:
    return _folder(mirror, commit, path) is not None


def beside(mirror: pygit2.Repository, commit: str, path: str) -> Iterator[tuple[str, str]]:
    """Yield what stands beside the manifests and may be meant for hosts: small texts, by name from the root.

    Files that are larger, or no UTF-8, are left out: whoever names one is told that it is not there.
    """
    folder = _folder(mirror, commit, path)
    for name, blob in _blobs(folder, _trimmed(path)) if folder is not None else ():
        if name.endswith(_MANIFESTS) or blob.size > _LARGEST_BESIDE_BYTES:
            continue
        with suppress(UnicodeDecodeError):
            yield name, blob.data.decode("utf-8")


def shared(mirror: pygit2.Repository, commit: str) -> Iterator[tuple[str, str]]:
    """Yield the files of addons/ by name from the root; bytes that are no UTF-8 are kept as surrogates.

    Larger files are left out: whoever names one is told that it is not there.
    """
    folder = _folder(mirror, commit, SHARED)
    for name, blob in _blobs(folder, SHARED) if folder is not None else ():
        if blob.size <= _LARGEST_SHARED_BYTES:
            yield name, blob.data.decode("utf-8", "surrogateescape")


def object_id(mirror: pygit2.Repository, commit: str, path: str) -> str:
    """Return the id of the folder or file at `path`, "" where there is none."""
    found: pygit2.Object = mirror[commit].peel(pygit2.Tree)
    for part in _trimmed(path).split("/"):
        if not isinstance(found, pygit2.Tree) or part not in found:
            return ""
        found = found[part]
    return str(found.id)


def decoded(files: Iterator[tuple[str, bytes | None]]) -> dict[str, str]:
    """Return the files as text.

    Raises:
        BadInput: files that are too large or no UTF-8, all of them.
    """
    good, problems = {}, []
    for name, data in files:
        try:
            good[name] = _text(data)
        except ValueError as error:
            problems.append(Problem(file=name, document=0, message=str(error)))
    if problems:
        raise BadInput(tuple(problems))
    return good


def readable(files: Iterator[tuple[str, bytes | None]]) -> dict[str, str]:
    """Return those of the files that are text."""
    good = {}
    for name, data in files:
        with suppress(ValueError):
            good[name] = _text(data)
    return good


def _text(data: bytes | None) -> str:
    if data is None:
        raise ValueError(f"the file is larger than {_LARGEST_BYTES // 1024} KiB")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"the file is not UTF-8: byte {error.start + 1} cannot be read") from error


def _walk(folder: pygit2.Tree, path: str) -> Iterator[tuple[str, bytes | None]]:
    for name, blob in _blobs(folder, path):
        if name.endswith(_MANIFESTS):
            yield name, blob.data if blob.size <= _LARGEST_BYTES else None


def _blobs(folder: pygit2.Tree, path: str) -> Iterator[tuple[str, pygit2.Blob]]:
    """Yield the files at and below `folder`; links are left out."""
    for entry in folder:
        name = f"{path}/{entry.name}" if path else str(entry.name)
        if isinstance(entry, pygit2.Tree):
            yield from _blobs(entry, name)
        elif isinstance(entry, pygit2.Blob) and entry.filemode != FileMode.LINK:
            yield name, entry


def _left_out(name: str, others: set[str]) -> bool:
    return name.startswith(".") or name in others


def _folder(mirror: pygit2.Repository, commit: str, path: str) -> pygit2.Tree | None:
    """Return the tree at `path`, None if the commit has no such folder."""
    found: pygit2.Object = mirror[commit].peel(pygit2.Tree)
    for part in _trimmed(path).split("/") if _trimmed(path) else ():
        if not isinstance(found, pygit2.Tree) or part not in found:
            return None
        found = found[part]
    return found if isinstance(found, pygit2.Tree) else None


def _trimmed(path: str) -> str:
    """Return the path without what means nothing: "./clusters/" is "clusters", "." is the root, ""."""
    return "/".join(part for part in path.split("/") if part not in ("", "."))
