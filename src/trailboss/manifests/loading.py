"""Files of a repository → clusters, or everything that is wrong with them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trailboss.manifests.checks.all import check
from trailboss.manifests.checks.machines import shared_host_problems
from trailboss.manifests.checks.names import name_problems
from trailboss.manifests.defaults import NO_DEFAULTS, Defaults
from trailboss.manifests.group import Group, read_group
from trailboss.manifests.normalise.addons import named_for_addons
from trailboss.manifests.normalise.assemble import assemble
from trailboss.manifests.normalise.draft import Draft
from trailboss.manifests.normalise.host import named_beside
from trailboss.manifests.references import join, reference_problems
from trailboss.manifests.suggest import did_you_mean
from trailboss.model.addons import SHARED
from trailboss.model.cluster import Cluster
from trailboss.model.errors import BadInput
from trailboss.model.problem import Problem

_FOLDER = re.compile(r"clusters/([^/]+)/")
_SHARED = f"{SHARED}/"


@dataclass(frozen=True)
class Loaded:
    """What a tree holds. `clusters`: those without errors, by name; `problems`: by file and line, warnings too."""

    clusters: tuple[Cluster, ...]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "warning")


@dataclass(frozen=True)
class _Folder:
    drafts: tuple[Draft, ...]
    problems: tuple[Problem, ...]

    @property
    def good(self) -> tuple[Draft, ...]:
        return () if any(problem.severity == "error" for problem in self.problems) else self.drafts


def load_cluster(files: Mapping[str, str], *, name: str | None = None, defaults: Defaults = NO_DEFAULTS) -> Cluster:
    """Read the one cluster that `files` (path in the repository → text) describe.

    What lies below addons/ is no manifest of a cluster, and there for its addons.
    `name`: what the cluster must be called; None: what the paths say (clusters/<name>/…), if they say anything.
    `defaults`: what holds where the manifests say nothing.

    Raises:
        BadInput: with every error found; warnings are left out (see `load_tree`).
    """
    folder = _load_folder(files, name if name is not None else _name_in(files), defaults)
    problems = [problem for problem in folder.problems if problem.severity == "error"]
    if not problems and len(folder.drafts) > 1:
        problems = [draft.at("").problem("more than one cluster, where one is asked for") for draft in folder.drafts]
    if problems:
        raise BadInput(_sorted(problems))
    return folder.drafts[0].cluster


def load_tree(files: Mapping[str, str], defaults: Defaults = NO_DEFAULTS) -> Loaded:
    """Read every cluster of a repository; `files`: path in the repository → text.

    With a folder `clusters`, each folder in it is one cluster, and beside it nothing is read but `addons`. Without one,
    all files belong together, as in wksctl's two files at any path. Files that are not YAML and those with a part of
    their path that begins with a dot are left alone, but for those that a manifest beside them takes its texts from.
    """
    problems: list[Problem] = []
    folders: list[_Folder] = []
    for name, group in sorted(_grouped(files).items()):
        folder = _load_folder(group, name or None, defaults)
        folders.append(folder)
        problems.extend(folder.problems)
    problems.extend(_misplaced(files))
    good = sorted((draft for folder in folders for draft in folder.good), key=lambda draft: draft.cluster.name)
    problems.extend(shared_host_problems(good))
    # Clusters may share a file of addons/, and what is wrong with it is told once.
    return Loaded(tuple(draft.cluster for draft in good), _sorted(dict.fromkeys(problems)))


def _load_folder(files: Mapping[str, str], name: str | None, defaults: Defaults) -> _Folder:
    group, read_problems = _read_manifests(files, defaults)
    problems = [
        *read_problems,
        *name_problems(group),
        *reference_problems(group),
        *_cluster_problems(group, files, name),
    ]
    drafts = tuple(assemble(objects, files, defaults) for objects in join(group) if objects.cluster.name)
    for draft in drafts:
        problems.extend(draft.parts.problems)
        problems.extend(check(draft, group))
    return _Folder(drafts, tuple(problems))


def _read_manifests(files: Mapping[str, str], defaults: Defaults) -> tuple[Group, tuple[Problem, ...]]:
    """Read the manifests among `files`; what goes to hosts (`contentFrom`) or into addons is none."""
    manifests = {file: text for file, text in files.items() if _is_manifest(file)}
    group, problems = read_group(manifests, defaults)
    sources = {item.place.file for item in group.of_kinds("SSHCluster")}
    named = {path for item in group.objects for path in (*named_beside(item), *named_for_addons(item))}
    others = {file for file in manifests if file not in sources and _is_named(file, named)}
    if not others:
        return group, problems
    return read_group({file: text for file, text in manifests.items() if file not in others}, defaults)


def named_shared(files: Mapping[str, str]) -> tuple[str, ...]:
    """Return the files and folders below addons/ that the cluster in `files` takes its addons from, sorted.

    It tells what must not change for the cluster to stay as it is; what else is wrong with it does not matter.
    """
    if not any(SHARED in text for text in files.values()):
        return ()
    group, _ = read_group({file: text for file, text in files.items() if _is_manifest(file)}, NO_DEFAULTS)
    named = {path for item in group.objects for path in named_for_addons(item)}
    return tuple(sorted(path for path in named if path == SHARED or path.startswith(_SHARED)))


def _is_named(file: str, named: Iterable[str]) -> bool:
    return any(file == path or file.startswith(f"{path}/") for path in named)


def _cluster_problems(group: Group, files: Mapping[str, str], name: str | None) -> Iterable[Problem]:
    """Yield what is wrong with the number and the names of the Clusters of one folder."""
    clusters = group.of_kinds("Cluster")
    if not clusters and not group.may_hide("kind: Cluster"):
        where = f"clusters/{name}" if name else min(filter(_is_own, files), default=".")
        yield Problem(file=where, message="no Cluster is described here", allowed="one Cluster of cluster.x-k8s.io")
    if name is None:
        return
    own = next((cluster for cluster in clusters if cluster.name == name), clusters[0] if clusters else None)
    for cluster in clusters:
        at = ("metadata", "name")
        if cluster is not own:
            message = "a second Cluster in the folder of one; give it a folder of its own"
            yield cluster.problem(at, message, found=cluster.name, allowed=f"clusters/{cluster.name}/")
        elif cluster.name not in ("", name):
            message = f"the cluster and its folder must have the same name{did_you_mean(cluster.name, [name])}"
            yield cluster.problem(at, message, found=cluster.name, allowed=f"{name}, as the folder")


def _grouped(files: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the files of each folder of clusters/, with those of addons/; where there is none, all files under ""."""
    if not any(file.startswith("clusters/") for file in files):
        return {"": dict(files)}
    groups: dict[str, dict[str, str]] = {}
    for file, text in files.items():
        if (match := _FOLDER.match(file)) and not match[1].startswith("."):
            groups.setdefault(match[1], {})[file] = text
    shared = {file: text for file, text in files.items() if not _is_own(file)}
    return {name: {**group, **shared} for name, group in groups.items()}


def _misplaced(files: Mapping[str, str]) -> Iterable[Problem]:
    for file in files:
        if file.startswith("clusters/") and not _FOLDER.match(file) and _is_manifest(file):
            yield Problem(
                file=file, message="belongs to no cluster", allowed="clusters/<name>/, a folder for each cluster"
            )


def _is_manifest(file: str) -> bool:
    hidden = any(part.startswith(".") for part in file.split("/"))
    return file.endswith((".yaml", ".yml")) and not hidden and _is_own(file)


def _is_own(file: str) -> bool:
    return not file.startswith(_SHARED)


def _name_in(files: Mapping[str, str]) -> str | None:
    names = {match[1] for file in files if (match := _FOLDER.match(file))}
    return names.pop() if len(names) == 1 else None


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: (problem.file, problem.line, problem.field, problem.message)))
