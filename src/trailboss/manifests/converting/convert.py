"""Files of a repository → the same with wksctl's manifests in today's form."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from trailboss.manifests.converting import today
from trailboss.manifests.converting.document import Pair, put_comments
from trailboss.manifests.converting.override import Override
from trailboss.manifests.converting.render import Drawn, render
from trailboss.manifests.folders import grouped, homes_in, is_manifest
from trailboss.manifests.group import Group
from trailboss.manifests.loading import load_tree, read_manifests
from trailboss.manifests.normalise.assemble import assemble
from trailboss.manifests.objects import KubeObject
from trailboss.manifests.reading.chunks import Chunk, lines_of, split_documents
from trailboss.manifests.references import ClusterObjects, join
from trailboss.model.errors import BadInput, PermanentError
from trailboss.model.problem import Problem

_WKSCTL = ("ExistingInfraCluster", "ExistingInfraMachine")
LEFT_ALONE = "left-alone"
"""The folder for what lay among wksctl's manifests in clusters/ and describes no cluster: nothing reads it."""


@dataclass(frozen=True)
class Conversion:
    """`files`: path in the repository → text, all of them. `moved`: those that describe no cluster, from → to.

    `others`: the paths of these, moved or not. `origins`: path of a manifest → the path that it had. `warnings`: what
    `validate` tells of the manifests as they were.
    """

    files: Mapping[str, str]
    moved: Mapping[str, str] = field(default_factory=dict)
    others: frozenset[str] = frozenset()
    origins: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()


def convert(files: Mapping[str, str], override: Override, *, to_clusters: bool = True) -> Conversion:
    """Rewrite wksctl's manifests; whatever has today's form already stays as it is, to the letter.

    `to_clusters`: what lay elsewhere goes to clusters/NAME/, where today's manifests are looked for.

    Raises:
        BadInput: what `validate` tells of the manifests, with `override`; nothing can be converted before it is mended.
        PermanentError: the result would not describe the same clusters, which is a mistake of Trailboss's.
    """
    loaded = load_tree(files, override)
    if loaded.errors:
        raise BadInput(loaded.errors)
    groups = grouped(files)
    touched = {file for group in groups.values() for file in group}
    written = _Written({file: text for file, text in files.items() if file not in touched})
    for home, group in groups.items():
        _folder(group, override, _Paths(home, files, to_clusters), written)
    _verify(files, {file: text for file, text in written.files.items() if file not in written.others}, override)
    return Conversion(written.files, written.moved, frozenset(written.others), written.origins, loaded.warnings)


def _verify(files: Mapping[str, str], result: Mapping[str, str], override: Override) -> None:
    before, after = load_tree(files, override), load_tree(result)
    if before.clusters != after.clusters or after.errors:
        told = "; ".join(str(problem) for problem in after.errors[:3]) or "a field has another value"
        raise PermanentError(f"the converted manifests would not describe the same clusters: {told}")


@dataclass(frozen=True)
class _Paths:
    """Where the files of one group go. `home`: as `grouped` calls the group."""

    home: str
    files: Mapping[str, str]
    to_clusters: bool

    @property
    def at_home(self) -> bool:
        """Tell whether they lie in clusters/NAME/ already, or are to stay where they are."""
        return not self.to_clusters or any(file.startswith("clusters/") for file in self.files)

    def of_cluster(self, file: str, cluster: str) -> str:
        if self.at_home:
            return file
        homes = homes_in(self.files)
        home = self.home or (posixpath.join(homes[0], "") if len(homes) == 1 else "")
        return f"clusters/{cluster}/{file.removeprefix(home)}"

    def of_others(self, file: str) -> str:
        """Return the path of what describes no cluster."""
        inside = self.to_clusters and file.startswith("clusters/")
        return posixpath.join(LEFT_ALONE, file.removeprefix("clusters/")) if inside else file


@dataclass
class _Written:
    files: dict[str, str] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)
    origins: dict[str, str] = field(default_factory=dict)

    def leave(self, file: str, path: str, text: str) -> None:
        """Put what describes no cluster at `path`."""
        self.files[path] = text
        self.others.add(path)
        if path != file:
            self.moved[file] = path


def _folder(files: Mapping[str, str], override: Override, paths: _Paths, written: _Written) -> None:
    group, _ = read_manifests(files, override)
    if not any(item.kind.name in _WKSCTL for item in group.objects):
        written.files.update(files)
        return
    drawn = dict(_drawn(group, files, override))
    cluster = next(item.name for item in group.of_kinds("Cluster"))
    # All of them before any text: a comment may go to another document.
    documents = {
        file: _documents(file, files[file], group, drawn)
        for file in sorted({item.place.file for item in group.objects})
    }
    for file, text in files.items():
        if not is_manifest(file):
            written.files[file] = text
        elif file not in documents:
            written.leave(file, paths.of_others(file), text)
        else:
            described, others = _texts(text, documents[file])
            path = paths.of_cluster(file, cluster)
            written.files[path], written.origins[path] = described, file
            if others:
                written.leave(file, _beside(file, paths), others)


def _beside(file: str, paths: _Paths) -> str:
    """Return the path of what stood in one file with manifests of a cluster."""
    other = paths.of_others(file)
    stem, dot, suffix = file.rpartition(".")
    return f"{stem}-{LEFT_ALONE}{dot}{suffix}" if other == file and paths.at_home else other


def _drawn(group: Group, files: Mapping[str, str], override: Override) -> Iterator[tuple[int, Drawn]]:
    """Yield what stands for each object of wksctl's, by the object's identity."""
    for objects in join(group):
        if objects.infrastructure and objects.infrastructure.kind.name in _WKSCTL:
            for (top, top_value), (infra, infra_value) in _values(objects, objects.infrastructure, files, override):
                first, second = Drawn(top_value), Drawn(infra_value)
                first.partner, second.partner = second, first
                yield id(top), first
                yield id(infra), second


_Value = tuple[KubeObject, dict[str, Any]]


def _values(
    objects: ClusterObjects, infra: KubeObject, files: Mapping[str, str], override: Override
) -> Iterator[tuple[_Value, _Value]]:
    draft = assemble(objects, files, override)
    top = today.cluster_object(objects.cluster, draft.cluster, infra.name)
    yield (objects.cluster, top), (infra, today.ssh_cluster_object(infra, draft.cluster, draft.parts))
    for each in objects.machines:
        machine, host = each.machine, each.infrastructure
        if host and host.kind.name in _WKSCTL:
            read = draft.cluster.machine(machine.name)
            top = today.machine_object(machine, objects.cluster.name, host.name)
            yield (machine, top), (host, today.ssh_machine_object(host, read, draft.parts.ssh))


@dataclass(frozen=True)
class _Document:
    """One document of a file. `pairs` empty: it stays as it is; `describes`: it has to do with the cluster."""

    chunk: Chunk
    pairs: tuple[Pair, ...]
    describes: bool

    @property
    def text(self) -> str:
        return "---\n".join(render(drawn) for _, drawn in self.pairs) if self.pairs else self.chunk.text


def _documents(file: str, text: str, group: Group, drawn: Mapping[int, Drawn]) -> tuple[_Document, ...]:
    lines = lines_of(text.removeprefix("\ufeff"))
    starts = [chunk.first_line for chunk in split_documents(text)]
    found = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        here = [item for item in group.objects if item.place.file == file and start < item.place.line(item.root) <= end]
        chunk = Chunk("".join(lines[start:end]), start)
        pairs = tuple((item, drawn.get(id(item)) or Drawn(item.value)) for item in here)
        if any(id(item) in drawn for item in here):
            _refuse_others(here)
            put_comments(chunk, pairs)
            found.append(_Document(chunk, pairs, describes=True))
        else:
            found.append(_Document(chunk, (), bool(here)))
    return tuple(found)


def _refuse_others(here: list[KubeObject]) -> None:
    """Refuse a List with others' objects in it: they would be lost."""
    place = here[0].place
    roots = {item.root for item in here}
    others = [at for at in place.lines if len(at) == 2 and at[0] == "items" and at not in roots and () not in roots]  # noqa: PLR2004 - an item of a List
    if others or any(item.place is not place for item in here):
        message = "one document with objects of a cluster and others; give them documents of their own"
        raise BadInput((place.problem(others[0] if others else (), message, allowed="--- between them"),))


def _texts(text: str, documents: tuple[_Document, ...]) -> tuple[str, str]:
    """Return what of a file describes the cluster, and what does not. What comes before all documents goes first."""
    begins = min((document.chunk.first_line for document in documents), default=0)
    head = "".join(lines_of(text.removeprefix("\ufeff"))[:begins])
    described = [document.text for document in documents if document.describes]
    return _joined([head, *described]), _joined([each.text for each in documents if not each.describes])


def _joined(documents: list[str]) -> str:
    result = ""
    for document in documents:
        if document and result.strip() and not document.startswith("---"):
            result = f"{result.rstrip()}\n---\n"
        result += document
    return result
