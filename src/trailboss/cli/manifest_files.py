"""Paths that a user names → the manifests there, as a repository holds them."""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from trailboss.manifests import Loaded, cluster_defaults, homes_in, load_tree
from trailboss.model.addons import SHARED
from trailboss.model.problem import Problem

_SUFFIXES = (".yaml", ".yml")
_LARGEST_BESIDE_BYTES = 64 * 1024
_NAMED = re.compile(r"""(?:contentFrom|secretFile)["']?:\s*["']?([^\s"',}]+)""")
_CONFIG_MAP = re.compile(r"""configmap["']?:\s*["']?([^\s"',}]+)""")


@dataclass
class ManifestFiles:
    """`texts`: path in the repository → text. `shown`: the same → the path as the user would write it."""

    texts: dict[str, str] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add_beside(self, key: str, path: Path) -> None:
        """Add what may be meant for hosts: a small text. Anything else is left out, as a repository's is."""
        with suppress(UnicodeDecodeError, OSError):
            if path.stat().st_size <= _LARGEST_BESIDE_BYTES and path.is_file():
                self.texts[key] = path.read_text(encoding="utf-8")
                self.shown[key] = str(path)

    def add(self, key: str, path: Path) -> None:
        self.shown[key] = str(path)
        try:
            self.texts[key] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            found = f"byte {error.object[error.start]:#04x} at offset {error.start}"
            self.problems.append(Problem(file=str(path), message="not a text in UTF-8", found=found, allowed="UTF-8"))
        except OSError as error:
            self.problems.append(Problem(file=str(path), message=f"cannot be read: {error.strerror}"))

    def add_shared(self, key: str, path: Path) -> None:
        """Add a file of addons/, whatever is in it: a chart may have archives."""
        with suppress(OSError):
            self.texts[key] = path.read_bytes().decode("utf-8", "surrogateescape")
            self.shown[key] = str(path)

    def load(self) -> Loaded:
        """Load what was read; problems name files as the user would."""
        if not self.texts:
            return Loaded((), tuple(self.problems))
        loaded = load_tree(self.texts, cluster_defaults())
        return Loaded(loaded.clusters, (*self.problems, *self.as_named(loaded.problems)))

    def as_named(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """Return problems with the files as the user would write them."""
        return tuple(problem.model_copy(update={"file": self._shown(problem.file)}) for problem in problems)

    def _shown(self, file: str) -> str:
        if file in self.shown:
            return self.shown[file]
        # A folder: found by any file in it.
        inside = next((key for key in self.shown if key.startswith(f"{file}/")), None)
        return self.shown[inside].removesuffix(inside.removeprefix(file)) if inside else file


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
