"""YAML documents → Kubernetes objects: opens a `List`, and refuses what is not one of the kinds understood."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from trailboss.manifests.reading.documents import Document
from trailboss.manifests.reading.place import FieldPlace, Location, Place
from trailboss.manifests.reading.words import show
from trailboss.manifests.schema.base import Manifest
from trailboss.manifests.schema.kinds import FORMER_NAMES, GROUPS, KINDS, OLD_CLUSTER_API, OLD_KINDS, Kind
from trailboss.manifests.suggest import did_you_mean
from trailboss.model.problem import Problem


@dataclass(frozen=True)
class KubeObject:
    """One object of a known kind. `root`: where it begins in its document, such as ("items", 0) in a List.

    `shape` is None where the object could not be read; `whole` is False where fields had to be left out to read it.
    `moved`: where fields are written that this object has and its document has elsewhere: ("spec",) → ("spec",
    "providerSpec", "value") in the half that is made of an older form.
    """

    kind: Kind
    place: Place
    root: Location
    value: dict[str, Any]
    shape: Manifest | None = None
    whole: bool = True
    moved: Mapping[Location, Location] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return metadata.name, "" where there is none."""
        name = self.look("metadata", "name")
        return name if isinstance(name, str) else ""

    def look(self, *location: str) -> Any:  # noqa: ANN401 - whatever the manifest holds there
        """Return the value of a field as written, None where it is not there."""
        value: Any = self.value
        for part in location:
            value = value.get(part) if isinstance(value, dict) else None
        return value

    def problem(self, location: Location, message: str, *, found: str = "", allowed: str = "") -> Problem:
        return self.place.problem(self._written(location), message, found=found, allowed=allowed)

    @property
    def origin(self) -> str:
        """Return file and line where the object begins."""
        return f"{self.place.file}:{self.place.line(self.root)}"

    def at(self, *location: str | int) -> FieldPlace:
        return FieldPlace(self.place, self._written(location))

    @property
    def is_half(self) -> bool:
        """Tell whether it is the infrastructure that an older form has within its Cluster or Machine."""
        return ("spec",) in self.moved

    def _written(self, location: Location) -> Location:
        for end in range(len(location), 0, -1):
            if location[:end] in self.moved:
                return (*self.root, *self.moved[location[:end]], *location[end:])
        return (*self.root, *location)


@dataclass(frozen=True)
class Foreign:
    """An object of an API that describes no cluster. `problem`: what to say where such a one has no place."""

    file: str
    problem: Problem


def objects_of(
    document: Document, root: Location = (), of_list: Mapping[str, str] | None = None
) -> Iterator[KubeObject | Foreign | Problem]:
    """Yield the objects of a document, and a problem for each thing in it that is none.

    `of_list`: what the items of a MachineList and the like need not say themselves.
    """
    value = document.value
    for part in root:
        value = value[part]
    if of_list and isinstance(value, dict):
        value = {**of_list, **value}
    if not isinstance(value, dict) or not value.get("kind") or not value.get("apiVersion"):
        yield _no_object(document.place, root, value)
    elif value["kind"] == "List" or _listed(value):
        yield from _items(document, root, value)
    else:
        yield from _known(document.place, root, value)


def _no_object(place: Place, root: Location, value: object) -> Problem:
    missing = [key for key in ("apiVersion", "kind") if isinstance(value, dict) and not value.get(key)]
    return place.problem(
        root,
        "not a Kubernetes object; if it is not meant to be one, move it out of the cluster's folder",
        found=f"no {' and no '.join(missing)}" if missing else show(value),
        allowed="a mapping with apiVersion, kind, metadata and spec",
    )


def _listed(value: dict[str, Any]) -> str:
    """Return the kind that a MachineList or the like is a list of, "" for anything else."""
    kind = str(value["kind"])
    name = kind.removesuffix("List")
    return name if name != kind and (name in KINDS or name in FORMER_NAMES) else ""


def _items(document: Document, root: Location, value: dict[str, Any]) -> Iterator[KubeObject | Foreign | Problem]:
    items = value.get("items")
    if not isinstance(items, list):
        found = show(items)
        yield document.place.problem((*root, "items"), "a List needs items", found=found, allowed="a list of objects")
        return
    of_list = {"apiVersion": str(value["apiVersion"]), "kind": _listed(value)} if _listed(value) else None
    for number in range(len(items)):
        yield from objects_of(document, (*root, "items", number), of_list)


def _known(place: Place, root: Location, value: dict[str, Any]) -> Iterator[KubeObject | Foreign | Problem]:
    api_version, written = str(value["apiVersion"]), str(value["kind"])
    group, _, version = api_version.rpartition("/")
    kinds = OLD_KINDS if group == OLD_CLUSTER_API else KINDS
    name = FORMER_NAMES.get(written, written)
    if name not in kinds:
        yield _unknown(place, root, group, value, kinds)
        return
    kind = kinds[name]
    if group != kind.group or version not in kind.versions:
        message = f"a version of {name} that is not understood"
        found = show(value["apiVersion"])
        yield place.problem((*root, "apiVersion"), message, found=found, allowed=kind.api_versions)
    # An object of a wrong version still answers references, so that one mistake is told once.
    yield KubeObject(kind, place, root, value)


def _unknown(
    place: Place, root: Location, group: str, value: dict[str, Any], kinds: Mapping[str, Kind]
) -> Foreign | Problem:
    name = str(value["kind"])
    problem = place.problem(
        (*root, "kind"),
        f"a kind that is not understood in a cluster's folder{did_you_mean(name, kinds)}",
        found=f"{name} ({value['apiVersion']})",
        allowed=", ".join(kinds),
    )
    return problem if group in GROUPS else Foreign(place.file, problem)
