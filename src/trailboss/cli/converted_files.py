"""Where converted manifests go on disk, and how they differ from what was there."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from trailboss.cli.manifest_files import ManifestFiles
from trailboss.cli.writing import differs, write_whole
from trailboss.manifests.converting import Conversion
from trailboss.manifests.file_kinds import is_manifest
from trailboss.model.errors import BadInput
from trailboss.model.problem import Problem


@dataclass(frozen=True)
class ConvertedFiles:
    """`folder`: the folder that the user named, None for single files. `clusters`: see `read_manifests`."""

    before: ManifestFiles
    after: Conversion
    folder: Path | None
    clusters: str

    @property
    def changed(self) -> tuple[str, ...]:
        """Return the paths in the repository of what has to be written."""
        texts = self.before.texts
        return tuple(sorted(key for key, text in self.after.files.items() if texts.get(key) != text))

    @property
    def gone(self) -> tuple[str, ...]:
        """Return the paths of what is at another place now."""
        return tuple(sorted(self.before.texts.keys() - self.after.files.keys()))

    @property
    def printed(self) -> str:
        """Return all manifests of clusters as one stream."""
        result = ""
        for key in filter(self._is_cluster_s, sorted(self.after.files)):
            text = self.after.files[key]
            separator = "" if not result or text.startswith("---") else "---\n"
            result += separator + (text if text.endswith("\n") else f"{text}\n")
        return result

    @property
    def diff(self) -> str:
        """Return one unified diff of all files, with the paths of the manifests as they were and as they are to be."""
        return "".join(line for key in self.changed for line in self._diff(key))

    def write(self, output_dir: Path | None) -> Iterator[Path]:
        """Write what changed; below `output_dir`, all manifests, and None: where they are.

        Raises:
            BadInput: a file of `output_dir` is there already and says something else; nothing was written.
        """
        keys = self.changed if output_dir is None else self._of_output
        targets = {key: self._target(key, output_dir) for key in keys}
        self._refuse(targets, output_dir)
        for key, path in targets.items():
            write_whole(path, self.after.files[key])
            yield path
        if output_dir is None:
            for key in self.gone:
                Path(self.before.shown[key]).unlink(missing_ok=True)

    def moved(self, output_dir: Path | None) -> Iterator[tuple[str, str]]:
        """Yield what describes no cluster and has another place now: from, to."""
        for old, new in self.after.moved.items():
            yield self.before.shown[old], str(self._target(new, output_dir))

    @property
    def _of_output(self) -> tuple[str, ...]:
        return tuple(sorted(key for key in self.after.files if self._is_cluster_s(key) or key in self.changed))

    def _is_cluster_s(self, key: str) -> bool:
        """Tell whether it is a manifest that is read."""
        placed = self.folder is None or key.startswith("clusters/")
        return placed and is_manifest(key) and key not in self.after.others

    def _diff(self, key: str) -> Iterator[str]:
        moved = {new: old for old, new in self.after.moved.items()}
        old = self.after.origins.get(key) or moved.get(key) or key
        before = self.before.texts.get(old, "").splitlines(keepends=True)
        after = self.after.files[key].splitlines(keepends=True)
        yield from difflib.unified_diff(before, after, self.before.shown.get(old, old), str(self._target(key, None)))

    def _target(self, key: str, output_dir: Path | None) -> Path:
        rest = key.partition("/")[2]
        if output_dir is not None:
            return output_dir / (rest if self.folder is None else self._renamed(key))
        if key in self.before.shown:
            return Path(self.before.shown[key])
        if self.folder is None:
            return Path(self._shown_folder(key), PurePosixPath(key).name)
        return self._root / self._renamed(key)

    def _shown_folder(self, key: str) -> Path:
        number = key.partition("/")[0]
        return next(Path(shown).parent for old, shown in self.before.shown.items() if old.startswith(f"{number}/"))

    def _renamed(self, key: str) -> str:
        first, _, rest = key.partition("/")
        return f"{self.clusters}/{rest}" if first == "clusters" else key

    @property
    def _root(self) -> Path:
        """Return the repository's folder, of which the user may have named one inside."""
        folder = (self.folder or Path()).resolve()
        depth = len(PurePosixPath(self.clusters).parts)
        holder = PurePosixPath(self.clusters).name
        if (folder / self.clusters).is_dir() or holder not in (folder.name, folder.parent.name):
            return self.folder or Path()
        return (folder if folder.name == holder else folder.parent).parents[depth - 1]

    def _refuse(self, targets: dict[str, Path], output_dir: Path | None) -> None:
        there = [path for key, path in targets.items() if output_dir and differs(path, self.after.files[key])]
        if len(set(targets.values())) < len(targets):
            there = sorted(path for path in targets.values() if list(targets.values()).count(path) > 1)
        if there:
            message = "is there already, or would be written twice, and is never overwritten"
            allowed = "another folder, or take the file away first"
            raise BadInput(tuple(Problem(file=str(path), message=message, allowed=allowed) for path in there))
