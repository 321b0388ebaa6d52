"""A table of machines: CSV with commas, semicolons, tabs or bars, its first line naming the columns."""

import csv
from collections.abc import Iterator
from io import StringIO

from trailboss.imports.found import Found, FoundMachine, Text, refused
from trailboss.imports.record import FIELDS, field_of, fields_of, labels_of, machine_of, role_of
from trailboss.manifests.suggest import did_you_mean
from trailboss.model.problem import Problem

COLUMNS = "name, role, address, private_address, user, port, key_file, bastion, labels, groups, zone, region"
_DELIMITERS = ",;\t|"


def read_table(text: Text) -> Found:
    """Read every row, and tell everything that is wrong with any of them."""
    rows = list(_rows(text.content))
    if not rows:
        return refused(text.name, "is empty", allowed=f"a first line with columns: {COLUMNS}")
    (line, header), *body = rows
    machines = [_machine(text.name, number, header, row) for number, row in body]
    problems = [
        *_header_problems(text.name, line, header),
        *(problem for number, row in body for problem in _row_problems(text.name, number, header, row)),
    ]
    unused = [column for column in header if column and not field_of(column)]
    notes = [f"{text.name}: columns that only select machines: {', '.join(unused)}"] if unused else []
    return Found(machines=tuple(machines), problems=tuple(problems), notes=tuple(notes))


def _rows(content: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with its line; empty ones and those that begin with # are left out."""
    content = content.removeprefix("\ufeff")
    first = next((line for line in content.splitlines() if line.strip() and not line.startswith("#")), "")
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(StringIO(content), delimiter=delimiter, skipinitialspace=True)
    for row in reader:
        cells = [cell.strip() for cell in row]
        if any(cells) and not cells[0].startswith("#"):
            yield reader.line_num, cells


def _machine(file: str, line: int, header: list[str], row: list[str]) -> FoundMachine:
    cells = dict(zip(header, row, strict=False))
    base = FoundMachine(
        name=cells.get("name", ""),
        file=file,
        line=line,
        where=f"{file}:{line}",
        tags={column: cell for column, cell in cells.items() if column and cell and not field_of(column)},
    )
    return machine_of(fields_of(cells), base)


def _header_problems(file: str, line: int, header: list[str]) -> Iterator[Problem]:
    fields = [field_of(column) for column in header]
    for needed in ("name", "address"):
        if needed not in fields and not (needed == "address" and "private_address" in fields):
            found = ", ".join(column for column in header if column)
            yield _problem(file, line, f"no column {needed}", found=found, allowed=COLUMNS)
    for column, field in zip(header, fields, strict=True):
        if column and not field and (hint := did_you_mean(column, FIELDS, cutoff=0.88)):
            yield _problem(file, line, f"an unknown column{hint}", found=column, allowed=COLUMNS)
    for field in sorted({field for field in fields if field and fields.count(field) > 1}):
        found = ", ".join(column for column in header if field_of(column) == field)
        yield _problem(file, line, f"several columns for {field}", found=found, allowed="one of them")


def _row_problems(file: str, line: int, header: list[str], row: list[str]) -> Iterator[Problem]:
    if len(row) > len(header):
        found = f"{len(row)} of {len(header)}"
        yield _problem(
            file, line, "more cells than columns", found=found, allowed="quotes around a cell with separators"
        )
    fields = fields_of(dict(zip(header, row, strict=False)))
    if "name" not in fields:
        yield _problem(file, line, "no name", allowed="a name in every row")
    role = fields.get("role", "")
    if role and role_of(role) is None:
        yield _problem(file, line, "not a role", field="role", found=f'"{role}"', allowed="control-plane, worker")
    for piece in labels_of(fields.get("labels", ""))[1]:
        yield _problem(file, line, "not a label", field="labels", found=f'"{piece}"', allowed="KEY=VALUE, …")


def _problem(file: str, line: int, message: str, *, field: str = "", found: str = "", allowed: str = "") -> Problem:
    return Problem(file=file, document=0, line=line, field=field, message=message, found=found, allowed=allowed)
