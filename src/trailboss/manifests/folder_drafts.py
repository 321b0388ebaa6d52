"""The files of one folder → drafts of its clusters, with all that is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass

from trailboss.manifests.checks.all import check
from trailboss.manifests.checks.folder import cluster_problems, left_alone
from trailboss.manifests.checks.names import name_problems
from trailboss.manifests.checks.pools import pool_problems
from trailboss.manifests.defaults import Defaults
from trailboss.manifests.folder_manifests import read_manifests
from trailboss.manifests.normalise.assemble import assemble
from trailboss.manifests.normalise.draft import Draft
from trailboss.manifests.references import join, reference_problems
from trailboss.model.problem import Problem


@dataclass(frozen=True)
class FolderDrafts:
    """`problems`: warnings too."""

    drafts: tuple[Draft, ...]
    problems: tuple[Problem, ...]

    @property
    def good(self) -> tuple[Draft, ...]:
        return () if any(problem.severity == "error" for problem in self.problems) else self.drafts


def load_folder(files: Mapping[str, str], name: str | None, defaults: Defaults) -> FolderDrafts:
    group, read_problems = read_manifests(files, defaults)
    problems = [
        *read_problems,
        *name_problems(group),
        *reference_problems(group),
        *pool_problems(group),
        *cluster_problems(group, files, name),
    ]
    drafts = tuple(assemble(objects, files, defaults) for objects in join(group) if objects.cluster.name)
    for draft in drafts:
        problems.extend(draft.parts.problems)
        problems.extend(problem for machine in draft.machines for problem in machine.problems)
        problems.extend(check(draft, group))
    problems.extend(left_alone(group, files, {file for draft in drafts for file in draft.parts.sources}))
    return FolderDrafts(drafts, tuple(problems))
