"""Files of a repository → the same with wksctl's manifests in today's form."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from trailboss.manifests.converting.drawing import WKSCTL, drawn_of
from trailboss.manifests.converting.file_parts import documents_by_file, texts_of
from trailboss.manifests.converting.override import Override
from trailboss.manifests.converting.paths import Paths
from trailboss.manifests.file_kinds import is_manifest
from trailboss.manifests.folder_manifests import read_manifests
from trailboss.manifests.folders import grouped
from trailboss.manifests.loading import load_tree
from trailboss.model.errors import BadInput, PermanentError
from trailboss.model.problem import Problem


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
        _folder(group, override, Paths(home, files, to_clusters), written)
    _verify(files, {file: text for file, text in written.files.items() if file not in written.others}, override)
    return Conversion(written.files, written.moved, frozenset(written.others), written.origins, loaded.warnings)


def _verify(files: Mapping[str, str], result: Mapping[str, str], override: Override) -> None:
    before, after = load_tree(files, override), load_tree(result)
    if before.clusters != after.clusters or after.errors:
        told = "; ".join(str(problem) for problem in after.errors[:3]) or "a field has another value"
        raise PermanentError(f"the converted manifests would not describe the same clusters: {told}")


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


def _folder(files: Mapping[str, str], override: Override, paths: Paths, written: _Written) -> None:
    group, _ = read_manifests(files, override)
    if not any(item.kind.name in WKSCTL for item in group.objects):
        written.files.update(files)
        return
    # All of them before any text: a comment may go to another document.
    documents = documents_by_file(files, group, dict(drawn_of(group, files, override)))
    cluster = next(item.name for item in group.of_kinds("Cluster"))
    for file, text in files.items():
        if not is_manifest(file):
            written.files[file] = text
        elif file not in documents:
            written.leave(file, paths.of_others(file), text)
        else:
            described, others = texts_of(text, documents[file])
            path = paths.of_cluster(file, cluster)
            written.files[path], written.origins[path] = described, file
            if others:
                written.leave(file, paths.beside(file), others)
