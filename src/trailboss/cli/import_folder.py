"""A cluster's folder as an import finds it, and as it leaves it."""

import errno
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from trailboss.cli.manifest_files import ManifestFiles
from trailboss.cli.manifest_paths import read_manifests
from trailboss.model.errors import BadInput
from trailboss.model.problem import Problem


@dataclass(frozen=True)
class ImportFolder:
    """`files`: the manifests in it, by their path in the repository; `prefix`: what those begin with."""

    path: Path
    files: ManifestFiles

    @classmethod
    def read(cls, path: Path) -> "ImportFolder":
        """Read the folder, which need not exist.

        Raises:
            BadInput: it is something else, or a file in it cannot be read.
        """
        if path.exists() and not path.is_dir():
            raise BadInput((Problem(file=str(path), document=0, message="not a folder", allowed="clusters/NAME"),))
        if (path / "clusters").is_dir():
            allowed = f"one cluster's folder, such as {path}/clusters/NAME"
            raise BadInput((Problem(file=str(path), document=0, message="a whole repository", allowed=allowed),))
        found = read_manifests([path], "clusters")[0] if path.is_dir() else ManifestFiles()
        if found.shown and found.problems:
            raise BadInput(tuple(found.problems))
        return cls(path, found if found.shown else ManifestFiles())

    @property
    def name(self) -> str:
        return self.path.resolve().name

    @property
    def prefix(self) -> str:
        inside = self.path.resolve().parent.name == "clusters"
        return f"clusters/{self.name}/" if inside else ""

    @property
    def texts(self) -> Mapping[str, str]:
        return self.files.texts

    def changes(self, wanted: Mapping[str, str]) -> tuple[dict[str, str], tuple[Problem, ...]]:
        """Return the files that would change, and warnings about all of the folder as it would be.

        Raises:
            BadInput: the folder would not be valid.
        """
        shown = {file: str(self._path(file)) for file in wanted}
        loaded = ManifestFiles(texts=dict(wanted), shown=shown).load()
        if loaded.errors:
            raise BadInput(loaded.errors)
        return {file: text for file, text in wanted.items() if self.texts.get(file) != text}, loaded.warnings

    def diffs(self, changed: Mapping[str, str]) -> dict[str, str]:
        """Return a unified diff for each file, by the path as the user would write it."""
        return {str(self._path(file)): self._diff(file, text) for file, text in changed.items()}

    def write(self, changed: Mapping[str, str]) -> None:
        """Write each file whole or not at all, none before all are ready.

        Raises:
            BadInput: one cannot be written.
        """
        ready: list[tuple[Path, Path]] = []
        try:
            for file, text in changed.items():
                ready.append(_half(self._path(file).resolve(), text))
            for half, path in ready:
                half.replace(path)
        except OSError as error:
            for half, _ in ready:
                half.unlink(missing_ok=True)
            problem = Problem(
                file=str(error.filename or self.path), document=0, message=f"cannot be written: {error.strerror}"
            )
            raise BadInput((problem,)) from error

    def _path(self, file: str) -> Path:
        return Path(self.files.shown.get(file) or self.path / file.removeprefix(self.prefix))

    def _diff(self, file: str, text: str) -> str:
        path = str(self._path(file))
        before = self.texts.get(file)
        return "".join(
            unified_diff(
                [] if before is None else before.splitlines(keepends=True),
                text.splitlines(keepends=True),
                "/dev/null" if before is None else path,
                path,
            )
        )


def _half(path: Path, text: str) -> tuple[Path, Path]:
    """Write `text` beside `path`, with the line ends and the mode of what is there."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.half")
    crlf = path.exists() and b"\r\n" in path.read_bytes()
    half.write_text(text, encoding="utf-8", newline="\r\n" if crlf else "\n")
    if path.exists():
        shutil.copymode(path, half)
    return half, path
