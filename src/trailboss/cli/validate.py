from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from trailboss.cli.manifest_paths import read_manifests
from trailboss.cli.output import ExitStatus, Output, OutputOption, console, print_json
from trailboss.manifests import Loaded
from trailboss.model.base import Frozen
from trailboss.model.cluster import Cluster
from trailboss.model.problem import Problem


class ClusterSummary(Frozen):
    name: str
    kubernetes_version: str
    control_planes: int
    workers: int

    @classmethod
    def of(cls, cluster: Cluster) -> "ClusterSummary":
        return cls(
            name=cluster.name,
            kubernetes_version=cluster.kubernetes_version,
            control_planes=len(cluster.control_planes),
            workers=len(cluster.workers),
        )


class Validation(Frozen):
    """What `trailboss validate --output json` prints."""

    clusters: tuple[ClusterSummary, ...]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> int:
        return sum(problem.severity == "error" for problem in self.problems)


def validate(
    paths: Annotated[list[Path], typer.Argument(help="A repository, the folder of one cluster, or single files.")],
    clusters: Annotated[
        str, typer.Option("--path", help="The folder of the repository that holds one folder for each cluster.")
    ] = "clusters",
    output: OutputOption = Output.TEXT,
) -> None:
    """Check manifests and tell every problem at once. Exit status 0: all well, or warnings only; 2: problems."""
    validation = _validation(files.load() for files in read_manifests(paths, clusters))
    if output is Output.JSON:
        print_json(validation)
    else:
        _print(validation)
    raise typer.Exit(ExitStatus.BAD_INPUT if validation.errors else ExitStatus.OK)


def _validation(loaded: Iterable[Loaded]) -> Validation:
    trees = list(loaded)
    clusters = [cluster for tree in trees for cluster in tree.clusters]
    found = [problem for tree in trees for problem in tree.problems]
    return Validation(
        clusters=tuple(map(ClusterSummary.of, clusters)),
        problems=(*found, *(problem for cluster in clusters for problem in _lacking(cluster))),
    )


def _lacking(cluster: Cluster) -> Iterator[Problem]:
    """Warn of commands that the cluster's addons need; whether the worker has them, only it can tell."""
    from trailboss.activities.addons.commands import lacking

    for words in filter(None, map(lacking, cluster.addons)):
        here = words.replace("the worker's PATH", "this machine's PATH, and the worker needs it")
        yield Problem(file=f"cluster {cluster.name}", document=0, message=here, severity="warning")


def _print(validation: Validation) -> None:
    for problem in validation.problems:
        console.print(problem_text(problem), soft_wrap=True)
    for cluster in validation.clusters:
        console.print(_summary(cluster), soft_wrap=True)
    if validation.errors:
        files = len({problem.file for problem in validation.problems if problem.severity == "error"})
        counts = f"{_count(validation.errors, 'problem')} in {_count(files, 'file')}"
        console.print(Text.assemble((counts, "bold red"), ". Mend them all and validate again; nothing was changed."))


def problem_text(problem: Problem) -> Text:
    """Return a problem in a few lines: where, what, what was found, what is allowed."""
    style = "red" if problem.severity == "error" else "yellow"
    place = f"{problem.file}:{problem.line}" if problem.line else problem.file
    document = f" (document {problem.document})" if problem.document > 1 else ""
    text = Text.assemble((place, "bold"), (f" {problem.field}" if problem.field else "", "cyan"), (document, "dim"))
    text.append(f"\n  {problem.severity}: ", style).append(problem.message)
    for label, value in (("found", problem.found), ("allowed", problem.allowed)):
        if value:
            text.append(f"\n  {label}: ", "dim").append(value)
    return text


def _summary(cluster: ClusterSummary) -> Text:
    machines = f"{_count(cluster.control_planes, 'control plane')}, {_count(cluster.workers, 'worker')}"
    return Text.assemble((cluster.name, "bold green"), f": Kubernetes {cluster.kubernetes_version}, {machines}")


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
