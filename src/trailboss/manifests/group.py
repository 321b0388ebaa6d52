"""The objects of one folder, and what of it could not be read."""

from collections.abc import Mapping
from dataclasses import dataclass

from trailboss.manifests.defaults import Defaults
from trailboss.manifests.objects import Foreign, KubeObject, objects_of
from trailboss.manifests.reading.documents import read_file
from trailboss.manifests.shape import read_shape
from trailboss.manifests.wksctl.first_form import apart, nameless_cluster_problems
from trailboss.manifests.wksctl.unsaid import amended
from trailboss.model.problem import Problem


@dataclass(frozen=True)
class Group:
    """Objects that may refer to each other. `unreadable`: texts of documents that are not valid YAML.

    `foreign`: objects beside them that describe no cluster.
    """

    objects: tuple[KubeObject, ...]
    unreadable: tuple[str, ...] = ()
    foreign: tuple[Foreign, ...] = ()

    def of_kinds(self, *kinds: str) -> tuple[KubeObject, ...]:
        return tuple(item for item in self.objects if item.kind.name in kinds)

    def may_hide(self, *names: str) -> bool:
        """Tell whether an unreadable document speaks of one of `names`: then its absence is not to be reported."""
        return any(name in text for text in self.unreadable for name in names if name)


def read_group(
    files: Mapping[str, str], defaults: Defaults, *, foreign_allowed: bool = False
) -> tuple[Group, tuple[Problem, ...]]:
    """Read all files of one folder.

    `foreign_allowed`: objects of other APIs are let through, as among wksctl's manifests, and named in the group.
    """
    found: list[KubeObject | Foreign | Problem] = []
    unreadable: list[str] = []
    for file, text in sorted(files.items()):
        read = read_file(file, text)
        found.extend(read.problems)
        unreadable.extend(read.unreadable)
        for document in read.documents:
            found.extend(objects_of(document))
    foreign = tuple(item for item in found if isinstance(item, Foreign))
    objects, problems = _shapes([item for item in found if isinstance(item, KubeObject)], defaults)
    problems += [item for item in found if isinstance(item, Problem)]
    if not foreign_allowed:
        problems += [item.problem for item in foreign]
    return Group(tuple(objects), tuple(unreadable), foreign), tuple(problems)


def _shapes(raw: list[KubeObject], defaults: Defaults) -> tuple[list[KubeObject], list[Problem]]:
    raw, problems = amended(raw)
    clusters = {item.name for item in raw if item.kind.name == "Cluster"}
    objects: list[KubeObject] = []
    for item in raw:
        read, faults = read_shape(defaults.under(item))
        objects.extend(apart(read, next(iter(clusters)) if len(clusters) == 1 else ""))
        problems.extend(faults)
    return objects, [*problems, *nameless_cluster_problems(raw)]
