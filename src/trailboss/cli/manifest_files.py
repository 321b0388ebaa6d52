"""Manifests that were read from disk, as a repository holds them; problems name files as the user would."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from trailboss.manifests import Loaded, cluster_defaults, load_tree
from trailboss.model.problem import Problem

_LARGEST_BESIDE_BYTES = 64 * 1024


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
