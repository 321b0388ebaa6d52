"""YAML documents → Kubernetes objects: opens a `List`, and refuses what is not one of the kinds understood."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from trailboss.manifests.reading.documents import Document
from trailboss.manifests.reading.place import FieldPlace, Location, Place
from trailboss.manifests.reading.words import show
from trailboss.manifests.schema.base import Manifest
from trailboss.manifests.schema.kinds import CLUSTER_API, KINDS, Kind
from trailboss.manifests.suggest import did_you_mean
from trailboss.model.problem import Problem

_OLD_WKSCTL = ("cluster.k8s.io", "baremetalproviderspec")


@dataclass(frozen=True)
class KubeObject:
    """One object of a known kind. `root`: where it begins in its document, such as ("items", 0) in a List.

    `shape` is None where the object could not be read; `whole` is False where fields had to be left out to read it.
    """

    kind: Kind
    place: Place
    root: Location
    value: dict[str, Any]
    shape: Manifest | None = None
    whole: bool = True

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
        return self.place.problem((*self.root, *location), message, found=found, allowed=allowed)

    @property
    def origin(self) -> str:
        """Return file and line where the object begins."""
        return f"{self.place.file}:{self.place.line(self.root)}"

    def at(self, *location: str | int) -> FieldPlace:
        return FieldPlace(self.place, (*self.root, *location))


def objects_of(document: Document, root: Location = ()) -> Iterator[KubeObject | Problem]:
    """Yield the objects of a document, and a problem for each thing in it that is none."""
    value = document.value
    for part in root:
        value = value[part]
    if not isinstance(value, dict) or not value.get("kind") or not value.get("apiVersion"):
        yield _no_object(document.place, root, value)
    elif value["kind"] == "List":
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


def _items(document: Document, root: Location, value: dict[str, Any]) -> Iterator[KubeObject | Problem]:
    items = value.get("items")
    if not isinstance(items, list):
        found = show(items)
        yield document.place.problem((*root, "items"), "a List needs items", found=found, allowed="a list of objects")
        return
    for number in range(len(items)):
        yield from objects_of(document, (*root, "items", number))


def _known(place: Place, root: Location, value: dict[str, Any]) -> Iterator[KubeObject | Problem]:
    api_version, name = str(value["apiVersion"]), str(value["kind"])
    group, _, version = api_version.rpartition("/")
    if group in _OLD_WKSCTL:
        yield place.problem(
            (*root, "apiVersion"),
            "wksctl's older form is not understood yet; write cluster.x-k8s.io/v1alpha3 with ExistingInfraCluster "
            "and ExistingInfraMachine",
            found=api_version,
            allowed=f"{CLUSTER_API}/v1alpha3",
        )
    elif name not in KINDS:
        hint = did_you_mean(name, KINDS)
        yield place.problem(
            (*root, "kind"),
            f"a kind that is not understood in a cluster's folder{hint}",
            found=f"{name} ({api_version})",
            allowed=", ".join(KINDS),
        )
    else:
        kind = KINDS[name]
        if group != kind.group or version not in kind.versions:
            message = f"a version of {name} that is not understood"
            found = show(value["apiVersion"])
            yield place.problem((*root, "apiVersion"), message, found=found, allowed=kind.api_versions)
        # An object of a wrong version still answers references, so that one mistake is told once.
        yield KubeObject(kind, place, root, value)
