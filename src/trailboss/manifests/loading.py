"""Files of a repository → clusters, or everything that is wrong with them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trailboss.manifests.checks.machines import shared_host_problems
from trailboss.manifests.defaults import NO_DEFAULTS, Defaults
from trailboss.manifests.folder_drafts import FolderDrafts, load_folder
from trailboss.manifests.folders import FOLDER, by_home, grouped, misplaced
from trailboss.manifests.wksctl.found import found_as, name_in
from trailboss.model.cluster import Cluster
from trailboss.model.errors import BadInput
from trailboss.model.problem import Problem


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
    return _one(load_folder(files, name, defaults))


def load_found(files: Mapping[str, str], name: str, *, defaults: Defaults = NO_DEFAULTS) -> Cluster:
    """Read the one of wksctl's clusters in `files` that is called `name`, wherever its files lie.

    Raises:
        BadInput: with every error found in its files; or there is no such cluster.
    """
    for group in by_home(files).values():
        if found_as(group).name == name:
            return _one(load_folder(group, None, defaults))
    raise BadInput((Problem(file=min(files, default="."), message="no Cluster of this name is here", found=name),))


def _one_of_several(home: str, files: Mapping[str, str]) -> Problem:
    message = "more than one cluster, where one is asked for; name the folder of one"
    file = (home.rstrip("/") or ".") if home.endswith("/") else f"clusters/{home}"
    return Problem(file=file, document=0, message=message, found=name_in(files))


def _one(folder: FolderDrafts) -> Cluster:
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
    folders: list[FolderDrafts] = []
    for name, group in sorted(grouped(files).items()):
        folder = load_folder(group, None if not name or name.endswith("/") else name, defaults)
        folders.append(folder)
        problems.extend(folder.problems)
    problems.extend(misplaced(files))
    good = sorted((draft for folder in folders for draft in folder.good), key=lambda draft: draft.cluster.name)
    problems.extend(shared_host_problems(good))
    # Clusters may share a file of addons/, and what is wrong with it is told once.
    return Loaded(tuple(draft.cluster for draft in good), _sorted(dict.fromkeys(problems)))


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
