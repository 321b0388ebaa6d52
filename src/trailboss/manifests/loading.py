"""Files of a repository → clusters, or everything that is wrong with them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from trailboss.manifests.checks.all import check
from trailboss.manifests.checks.machines import shared_host_problems
from trailboss.manifests.checks.names import name_problems
from trailboss.manifests.checks.pools import pool_problems
from trailboss.manifests.defaults import NO_DEFAULTS, Defaults
from trailboss.manifests.folders import (
    FOLDER,
    by_home,
    describes_clusters,
    found_as,
    grouped,
    is_manifest,
    is_wksctls,
    misplaced,
    name_in,
)
from trailboss.manifests.group import Group, read_group
from trailboss.manifests.normalise.addons import named_for_addons
from trailboss.manifests.normalise.assemble import assemble
from trailboss.manifests.normalise.draft import Draft
from trailboss.manifests.normalise.host import named_beside
from trailboss.manifests.references import join, reference_problems
from trailboss.manifests.shared import is_named, is_shared
from trailboss.manifests.suggest import did_you_mean
from trailboss.model.cluster import Cluster
from trailboss.model.errors import BadInput
from trailboss.model.problem import Problem

_MOST_NAMED = 5


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
    name = name if name is not None else _name_in(files)
    groups = grouped(files) if name is None else {}
    if len(groups) > 1:
        raise BadInput(_sorted(_one_of_several(home, group) for home, group in groups.items()))
    return _one(_load_folder(files, name, defaults))


def load_found(files: Mapping[str, str], name: str, *, defaults: Defaults = NO_DEFAULTS) -> Cluster:
    """Read the one of wksctl's clusters in `files` that is called `name`, wherever its files lie.

    Raises:
        BadInput: with every error found in its files; or there is no such cluster.
    """
    for group in by_home(files).values():
        if found_as(group).name == name:
            return _one(_load_folder(group, None, defaults))
    raise BadInput((Problem(file=min(files, default="."), message="no Cluster of this name is here", found=name),))


def _one_of_several(home: str, files: Mapping[str, str]) -> Problem:
    message = "more than one cluster, where one is asked for; name the folder of one"
    file = (home.rstrip("/") or ".") if home.endswith("/") else f"clusters/{home}"
    return Problem(file=file, document=0, message=message, found=name_in(files))


def _one(folder: _Folder) -> Cluster:
    problems = [problem for problem in folder.problems if problem.severity == "error"]
    if not problems and len(folder.drafts) > 1:
        problems = [draft.at("").problem("more than one cluster, where one is asked for") for draft in folder.drafts]
    if problems:
        raise BadInput(_sorted(problems))
    return folder.drafts[0].cluster


def load_tree(files: Mapping[str, str], defaults: Defaults = NO_DEFAULTS) -> Loaded:
    """Read every cluster of a repository; `files`: path in the repository → text.

    With a folder `clusters`, each folder in it is one cluster, and beside it nothing is read but `addons`. Without one,
    all files belong together, as in wksctl's two files at any path; several such pairs are told apart by their folders.
    Files that are not YAML and those with a part of their path that begins with a dot are left alone, but for those
    that a manifest beside them takes its texts from.
    """
    problems: list[Problem] = []
    folders: list[_Folder] = []
    for name, group in sorted(grouped(files).items()):
        folder = _load_folder(group, None if not name or name.endswith("/") else name, defaults)
        folders.append(folder)
        problems.extend(folder.problems)
    problems.extend(misplaced(files))
    good = sorted((draft for folder in folders for draft in folder.good), key=lambda draft: draft.cluster.name)
    problems.extend(shared_host_problems(good))
    # Clusters may share a file of addons/, and what is wrong with it is told once.
    return Loaded(tuple(draft.cluster for draft in good), _sorted(dict.fromkeys(problems)))


def _load_folder(files: Mapping[str, str], name: str | None, defaults: Defaults) -> _Folder:
    group, read_problems = read_manifests(files, defaults)
    problems = [
        *read_problems,
        *name_problems(group),
        *reference_problems(group),
        *pool_problems(group),
        *_cluster_problems(group, files, name),
    ]
    drafts = tuple(assemble(objects, files, defaults) for objects in join(group) if objects.cluster.name)
    for draft in drafts:
        problems.extend(draft.parts.problems)
        problems.extend(problem for machine in draft.machines for problem in machine.problems)
        problems.extend(check(draft, group))
    problems.extend(_left_alone(group, files, {file for draft in drafts for file in draft.parts.sources}))
    return _Folder(drafts, tuple(problems))


def read_manifests(files: Mapping[str, str], defaults: Defaults) -> tuple[Group, tuple[Problem, ...]]:
    """Read the manifests among `files`; what goes to hosts (`contentFrom`) or into addons is none.

    Among wksctl's manifests, only those that speak of clusters are read.
    """
    manifests = {file: text for file, text in files.items() if is_manifest(file) and not is_shared(file)}
    wksctls = is_wksctls(manifests)
    if wksctls:
        manifests = {file: text for file, text in manifests.items() if describes_clusters(text)}
    group, problems = read_group(manifests, defaults, foreign_allowed=wksctls)
    sources = {item.place.file for item in group.of_kinds("SSHCluster")}
    named = {path for item in group.objects for path in (*named_beside(item), *named_for_addons(item))}
    others = {file for file in manifests if file not in sources and is_named(file, named)}
    if not others:
        return group, problems
    read = {file: text for file, text in manifests.items() if file not in others}
    return read_group(read, defaults, foreign_allowed=wksctls)


def _left_alone(group: Group, files: Mapping[str, str], used: set[str]) -> Iterator[Problem]:
    """Yield what lies among wksctl's manifests and is not read, in one warning."""
    if not is_wksctls(files):
        return
    beside = {file for file, text in files.items() if is_manifest(file) and not describes_clusters(text)}
    left = sorted((beside | {item.file for item in group.foreign}) - used)
    if left:
        more = f" and {len(left) - _MOST_NAMED} more" if len(left) > _MOST_NAMED else ""
        yield Problem(
            file=left[0],
            document=0,
            message="does not describe a cluster and is left alone: what lay beside wksctl's manifests was Flux's to"
            " apply, and Trailboss applies none of it",
            found=", ".join(left[:_MOST_NAMED]) + more,
            severity="warning",
        )


def _cluster_problems(group: Group, files: Mapping[str, str], name: str | None) -> Iterable[Problem]:
    """Yield what is wrong with the number and the names of the Clusters of one folder."""
    clusters = group.of_kinds("Cluster")
    if not clusters and not group.may_hide("kind: Cluster"):
        where = f"clusters/{name}" if name else min((file for file in files if not is_shared(file)), default=".")
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


def _name_in(files: Mapping[str, str]) -> str | None:
    names = {match[1] for file in files if (match := FOLDER.match(file))}
    return names.pop() if len(names) == 1 else None


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    # What a pool says of all its machines is told once.
    return tuple(
        sorted(
            dict.fromkeys(problems), key=lambda problem: (problem.file, problem.line, problem.field, problem.message)
        )
    )
