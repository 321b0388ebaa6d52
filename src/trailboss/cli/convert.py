from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError
from rich.syntax import Syntax
from rich.text import Text

from trailboss.cli.converted_files import ConvertedFiles
from trailboss.cli.manifest_files import ManifestFiles
from trailboss.cli.manifest_paths import read_manifests
from trailboss.cli.output import ExitStatus, console, error_console
from trailboss.cli.validate import problem_text
from trailboss.manifests.converting import Override
from trailboss.manifests.converting import convert as converted
from trailboss.manifests.schema.texts import Version
from trailboss.model.errors import BadInput
from trailboss.model.problem import Problem
from trailboss.model.supported import SUPPORTED

_VERSION: TypeAdapter[str] = TypeAdapter(Version)
_TOGETHER = "name one of --in-place, --output-dir and --diff, or none: then it is printed"

_MEND = "Mend them all and convert again (--kubernetes-version and --containerd mend theirs); nothing was changed."


def convert(
    paths: Annotated[list[Path], typer.Argument(help="A repository, the folder of one cluster, or single files.")],
    *,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="Write where the manifests are; review with Git.")
    ] = False,
    output_dir: Annotated[Path | None, typer.Option(help="Write below this folder, as a repository has it.")] = None,
    diff: Annotated[bool, typer.Option("--diff", help="Print what would change; write nothing.")] = False,
    kubernetes_version: Annotated[
        str, typer.Option(help=f"Version of Kubernetes in place of what is written, {SUPPORTED}.")
    ] = "",
    containerd: Annotated[bool, typer.Option("--containerd", help="Have containerd where docker is written.")] = False,
    clusters: Annotated[
        str, typer.Option("--path", help="The folder of the repository that holds one folder for each cluster.")
    ] = "clusters",
) -> None:
    """Rewrite wksctl's manifests to today's form: the same cluster, every comment kept.

    Both of wksctl's forms; what has today's form stays to the letter. Nothing is written unless what comes out
    describes the same cluster. Exit status 2: something cannot be honoured, and is told with what to write instead.

    Examples:
      trailboss convert . --diff --kubernetes-version 1.34.4 --containerd
      trailboss convert . --in-place && git diff
      trailboss convert cluster.yaml machines.yaml > today.yaml
    """
    if sum((in_place, output_dir is not None, diff)) > 1:
        raise BadInput((Problem(file="--in-place", document=0, message=_TOGETHER),))
    override = Override(kubernetes_version=_version(kubernetes_version), containerd=containerd)
    done = _converted(paths, override, clusters)
    for each in done:
        if diff:
            _print_diff(each)
        elif in_place or output_dir:
            _write(each, output_dir)
        else:
            typer.echo(each.printed, nl=False)


def _version(text: str) -> str:
    try:
        return _VERSION.validate_python(text) if text else ""
    except ValidationError as error:
        found = error.errors()[0]
        allowed = str(found.get("ctx", {}).get("allowed", ""))
        problem = Problem(file="--kubernetes-version", document=0, message=found["msg"], found=text, allowed=allowed)
        raise BadInput((problem,)) from error


def _converted(paths: list[Path], override: Override, clusters: str) -> list[ConvertedFiles]:
    """Convert all that is named; whatever is wrong with any of it is told at once."""
    done: list[ConvertedFiles] = []
    problems: list[Problem] = []
    folders = [path for path in paths if path.is_dir()]
    for number, files in enumerate(read_manifests(paths, clusters)):
        folder = folders[number] if number < len(folders) else None
        problems.extend(files.problems)
        try:
            result = converted(files.texts, override, to_clusters=folder is not None)
        except BadInput as error:
            problems.extend(files.as_named(error.problems))
        else:
            _print_warnings(files, result.warnings)
            done.append(ConvertedFiles(files, result, folder, clusters))
    if problems:
        for problem in problems:
            error_console.print(problem_text(problem), soft_wrap=True)
        error_console.print(
            Text(
                _MEND,
                style="bold red",
            )
        )
        raise typer.Exit(ExitStatus.BAD_INPUT)
    return done


def _print_warnings(files: ManifestFiles, warnings: tuple[Problem, ...]) -> None:
    for warning in files.as_named(warnings):
        error_console.print(problem_text(warning), soft_wrap=True)


def _print_diff(files: ConvertedFiles) -> None:
    text = files.diff
    if console.is_terminal:
        console.print(Syntax(text, "diff", background_color="default", word_wrap=False))
    else:
        typer.echo(text, nl=False)
    _print_moved(files, None)


def _write(files: ConvertedFiles, output_dir: Path | None) -> None:
    for path in files.write(output_dir):
        console.print(Text.assemble(("wrote ", "green"), str(path)), soft_wrap=True)
    _print_moved(files, output_dir)
    if not files.changed:
        console.print("nothing to convert: no manifest of wksctl's is here")


def _print_moved(files: ConvertedFiles, output_dir: Path | None) -> None:
    for old, new in files.moved(output_dir):
        words = f"{old} → {new}: it describes no cluster, and nothing reads it"
        error_console.print(Text.assemble(("moved ", "yellow"), words), soft_wrap=True)
