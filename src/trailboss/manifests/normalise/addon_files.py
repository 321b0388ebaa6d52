"""The files that one addon is made of, taken from the repository, with what is wrong with them."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field

from trailboss.manifests.normalise.addon_paths import resolved
from trailboss.manifests.objects import KubeObject
from trailboss.manifests.reading.place import Location
from trailboss.manifests.reading.secrets import secret_lines
from trailboss.manifests.suggest import did_you_mean
from trailboss.model.addons import SHARED
from trailboss.model.problem import Problem


@dataclass
class AddonFiles:
    """`item`: the SSHCluster whose addon number `number` it is. `texts`: path in the repository → text, to take from.

    `taken`: what the addon is made of, in the same form. `needs`: the programs that make objects of it.
    """

    item: KubeObject
    number: int
    texts: Mapping[str, str]
    taken: dict[str, str] = field(default_factory=dict)
    needs: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def folder(self) -> str:
        """The folder of the manifest that names the addon."""
        return posixpath.dirname(self.item.place.file)

    def path(self, source: str) -> str:
        """Return the path in the repository of what the addon names."""
        return resolved(self.item, source)

    def take(self, path: str, at: Location, endings: tuple[str, ...] = ()) -> dict[str, str]:
        """Note the file at `path`, or the files below it, as part of this addon, and return them.

        `at`: the field that names them, below the addon. `endings`: only files with one of these; none: any file.
        """
        found = {path: self.texts[path]} if path in self.texts else self._below(path)
        found = {name: text for name, text in found.items() if not endings or name.endswith(endings)}
        if not found:
            self._missing(path, at)
        self.taken.update(found)
        return found

    def take_file(self, path: str, at: Location) -> str | None:
        """Note the one file at `path`, and return its text; None: there is none."""
        if path not in self.texts:
            self._missing(path, at)
            return None
        self.taken[path] = self.texts[path]
        return self.texts[path]

    def refuse_secrets(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            for line, kind in secret_lines(text):
                message = "a secret must not be kept in Git; take it out, and change it, since history keeps it"
                found = f"{kind}, which is not repeated here"
                allowed = "the name of a Secret that is made in the cluster"
                problem = Problem(file=name, document=0, line=line, message=message, found=found, allowed=allowed)
                self.problems.append(problem)

    def refuse(self, at: Location, message: str, *, found: str = "", allowed: str = "") -> None:
        """Note a problem at a field of the addon; `at` (): the addon as a whole."""
        where = ("spec", "addons", self.number, *at)
        self.problems.append(self.item.problem(where, message, found=found, allowed=allowed))

    def _below(self, path: str) -> dict[str, str]:
        return {name: text for name, text in self.texts.items() if name.startswith(f"{path}/") and not _hidden(name)}

    def _missing(self, path: str, at: Location) -> None:
        doubled = f"{SHARED}/{SHARED}/"
        hint = did_you_mean(path, {*self.texts, *(posixpath.dirname(name) for name in self.texts)})
        if path.startswith(doubled):
            hint = f"; paths begin below {SHARED}/ already: write {path.removeprefix(doubled)}"
        allowed = f"a path below {SHARED}/ of the repository, or with ./ before it, below this manifest's own folder"
        self.refuse(at, f"no such file or folder in the repository{hint}", found=path, allowed=allowed)


def _hidden(name: str) -> bool:
    return any(part.startswith(".") for part in name.split("/"))
