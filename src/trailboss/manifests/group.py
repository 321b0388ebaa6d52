"""The objects of one folder, and what of it could not be read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trailboss.manifests.defaults import Defaults
from trailboss.manifests.objects import KubeObject, objects_of
from trailboss.manifests.reading.documents import read_file
from trailboss.manifests.shape import read_shape
from trailboss.model.problem import Problem


@dataclass(frozen=True)
class Group:
    """Objects that may refer to each other. `unreadable`: texts of documents that are not valid YAML."""

    objects: tuple[KubeObject, ...]
    unreadable: tuple[str, ...] = ()

    def of_kinds(self, *kinds: str) -> tuple[KubeObject, ...]:
        return tuple(item for item in self.objects if item.kind.name in kinds)

    def may_hide(self, *names: str) -> bool:
        """Tell whether an unreadable document speaks of one of `names`: then its absence is not to be reported."""
        return any(name in text for text in self.unreadable for name in names if name)


def read_group(files: Mapping[str, str], defaults: Defaults) -> tuple[Group, tuple[Problem, ...]]:
    """Read all files of one folder."""
    objects: list[KubeObject] = []
    problems: list[Problem] = []
    unreadable: list[str] = []
    for file, text in sorted(files.items()):
        read = read_file(file, text)
        problems.extend(read.problems)
        unreadable.extend(read.unreadable)
        for document in read.documents:
            problems.extend(_take(objects_of(document), objects, defaults))
    return Group(tuple(objects), tuple(unreadable)), tuple(problems)


def _take(found: Iterable[KubeObject | Problem], objects: list[KubeObject], defaults: Defaults) -> list[Problem]:
    problems: list[Problem] = []
    for item in found:
        if isinstance(item, Problem):
            problems.append(item)
        else:
            read, faults = read_shape(defaults.under(item))
            objects.append(read)
            problems.extend(faults)
    return problems
