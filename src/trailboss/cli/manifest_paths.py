"""Paths that a user names → the manifests there, as a repository holds them."""

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from trailboss.cli.manifest_files import ManifestFiles
from trailboss.manifests import homes_in
from trailboss.model.addons import SHARED
from trailboss.model.problem import Problem

_SUFFIXES = (".yaml", ".yml")
_NAMED = re.compile(r"""(?:contentFrom|secretFile)["']?:\s*["']?([^\s"',}]+)""")
_CONFIG_MAP = re.compile(r"""configmap["']?:\s*["']?([^\s"',}]+)""")


def read_manifests(paths: list[Path], clusters: str) -> list[ManifestFiles]:
    """Read repositories, folders of one cluster and single files; the files that are named belong together.

    `clusters`: the folder of a repository that holds one folder for each cluster.
    """
    single = ManifestFiles()
    read: list[ManifestFiles] = []
    for number, path in enumerate(paths):
        if path.is_dir():
            read.append(_read_directory(path, clusters))
        elif not path.exists():
            single.problems.append(Problem(file=str(path), message="there is no such file or folder"))
        elif path.suffix in _SUFFIXES:
            single.add(f"{number}/{path.name}", path)
            _add_named(single, number, path)
        else:
            single.problems.append(
                Problem(file=str(path), message="not a manifest by its name", allowed="*.yaml, *.yml")
            )
    return [*read, single] if single.shown or single.problems else read


def root_of(path: Path, clusters: str) -> tuple[Path, str]:
    """Return the folder that holds the manifests which a user means, and where it stands in a repository."""
    root, prefix = _place(path, clusters)
    return root, "" if prefix == "clusters" and _is_wksctls(root) else prefix


def _place(path: Path, clusters: str) -> tuple[Path, str]:
    holder = PurePosixPath(clusters).name
    if (path / clusters).is_dir():
        return path / clusters, "clusters"
    if path.resolve().name == holder:
        return path, "clusters"
    if path.resolve().parent.name == holder:
        return path, f"clusters/{path.resolve().name}"
    return path, ""


def _read_directory(path: Path, clusters: str) -> ManifestFiles:
    files = ManifestFiles()
    root, prefix = root_of(path, clusters)
    _add_shared(files, path if root != path or not prefix else _beside(path))
    manifests = 0
    for file in _walk(root):
        if not prefix and file.is_relative_to(root / SHARED):
            continue
        key, is_manifest = str(PurePosixPath(prefix) / file.relative_to(root).as_posix()), file.suffix in _SUFFIXES
        (files.add if is_manifest else files.add_beside)(key, file)
        manifests += is_manifest
    if not manifests:
        allowed = f"{clusters}/<name>/ with manifests, or manifests; `trailboss init` writes some to start from"
        files.problems.append(Problem(file=str(path), message="no manifests (*.yaml, *.yml) here", allowed=allowed))
    return files


def _is_wksctls(folder: Path) -> bool:
    """Tell whether one of wksctl's clusters lies in `folder` itself, which holds no folders of clusters then."""
    files = ManifestFiles()
    for path in folder.iterdir():
        if path.suffix in _SUFFIXES:
            files.add_beside(path.name, path)
    return bool(homes_in(files.texts))


def _add_named(files: ManifestFiles, number: int, path: Path) -> None:
    """Add the files whose text a manifest that was named alone has put on hosts; its folder is not searched.

    wksctl names ConfigMaps, which lie beside it in files that are called after them.
    """
    text = files.texts.get(f"{number}/{path.name}", "")
    maps = (f"{name}-config.yaml" for name in _CONFIG_MAP.findall(text))
    for name in (*_NAMED.findall(text), *maps):
        files.add_beside(f"{number}/{name}", path.parent / name)


def _add_shared(files: ManifestFiles, beside: Path) -> None:
    """Add the files of addons/, which stands in `beside` or in a folder above it, up to the repository's root."""
    for folder in (beside.resolve(), *beside.resolve().parents):
        if (folder / SHARED).is_dir():
            for path in _walk(folder / SHARED):
                files.add_shared(path.relative_to(folder).as_posix(), path)
            return
        if (folder / ".git").exists():
            return


def _beside(folder: Path) -> Path:
    """Return where to look for addons/ from a cluster's folder, which may have a folder of that name for itself."""
    return folder if (folder / ".git").exists() else folder.resolve().parent


def _walk(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(folder, name)
