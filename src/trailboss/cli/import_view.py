from rich.text import Text

from trailboss.cli.output import console
from trailboss.cli.validate import problem_text
from trailboss.imports import Imported
from trailboss.imports.editing import FieldChange
from trailboss.model.base import Frozen
from trailboss.model.problem import Problem

_STYLES = {"+++": "bold", "---": "bold", "@@": "cyan", "+": "green", "-": "red"}


class ImportReport(Frozen):
    """What `trailboss import … --output json` prints. `files`: path → unified diff of each that changed, or would.

    `started`: the one of them that describes a cluster for the first time, "" where there is none.
    """

    added: tuple[str, ...]
    changes: tuple[FieldChange, ...]
    removed: tuple[str, ...]
    gone: tuple[str, ...]
    left_out: tuple[str, ...]
    notes: tuple[str, ...]
    warnings: tuple[Problem, ...]
    files: dict[str, str]
    started: str = ""
    written: bool

    @classmethod
    def of(
        cls, imported: Imported, diffs: dict[str, str], warnings: tuple[Problem, ...], *, written: bool
    ) -> "ImportReport":
        return cls(
            added=imported.added,
            changes=imported.changes,
            removed=imported.removed,
            gone=imported.gone,
            left_out=imported.left_out,
            notes=imported.notes,
            warnings=warnings,
            files=diffs,
            started=next((path for path in diffs if imported.started and path.endswith("cluster.yaml")), ""),
            written=written,
        )


def print_report(report: ImportReport) -> None:
    for path, diff in report.files.items():
        if path == report.started:
            # All new, and with a comment for each field: the file itself reads better.
            console.print(Text.assemble(("new ", "green"), path), soft_wrap=True)
            continue
        console.print(_diff(diff), soft_wrap=True)
    for line in report.left_out:
        console.print(Text.assemble(("left out ", "yellow"), line), soft_wrap=True)
    for line in report.notes:
        console.print(Text.assemble(("note ", "cyan"), line), soft_wrap=True)
    for machine in report.gone:
        kept = machine not in report.removed
        if kept:
            rest = f"{machine}: not in the source; it stays, --prune takes it out"
            console.print(Text.assemble(("gone ", "yellow"), rest), soft_wrap=True)
    for warning in report.warnings:
        console.print(problem_text(warning), soft_wrap=True)
    console.print(_summary(report), soft_wrap=True)


def _diff(text: str) -> Text:
    shown = Text()
    for line in text.splitlines(keepends=True):
        style = next((style for start, style in _STYLES.items() if line.startswith(start)), "")
        shown.append(line if line.endswith("\n") else f"{line}\n", style)
    return shown


def _summary(report: ImportReport) -> Text:
    if not report.files:
        return Text("nothing to change", "bold green")
    changed = len({change.machine for change in report.changes})
    counts = f"{len(report.added)} added, {changed} changed, {len(report.removed)} removed"
    files = ", ".join(report.files)
    if report.written:
        return Text.assemble((counts, "bold green"), f"; wrote {files}")
    return Text.assemble((counts, "bold yellow"), f"; nothing was written ({files})")
