"""Splits a file at its document markers, so that one broken document does not hide the problems of the next."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MARKER = re.compile(r"---(\s|$)")


@dataclass(frozen=True)
class Chunk:
    """Text of one document; `first_line` counts from 0."""

    text: str
    first_line: int


def split_documents(text: str) -> Iterator[Chunk]:
    """Yield the documents of a file; those with nothing but comments are left out.

    YAML keeps `---` at the start of a line for itself even inside block scalars, so that splitting is safe.
    """
    lines = lines_of(text.removeprefix("\ufeff"))
    start = 0
    for number, line in enumerate(lines):
        # A directive (%YAML 1.2) belongs to the document that the marker below it begins.
        if is_marker(line) and not _only_directives(lines[start:number]):
            yield from _chunk(lines, start, number)
            start = number
    yield from _chunk(lines, start, len(lines))


def lines_of(text: str) -> list[str]:
    """Return lines with their ends, as editors count them; `splitlines` would also break at form feeds and the like."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def is_marker(line: str) -> bool:
    """Tell whether `line` begins a document."""
    return bool(_MARKER.match(line))


def _chunk(lines: list[str], start: int, end: int) -> Iterator[Chunk]:
    body = [_MARKER.sub("", line) if number == 0 else line for number, line in enumerate(lines[start:end])]
    if any(_is_content(line) for line in body):
        yield Chunk(text="".join(lines[start:end]), first_line=start)


def _is_content(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _only_directives(lines: list[str]) -> bool:
    content = [line for line in lines if _is_content(line)]
    return bool(content) and all(line.startswith("%") for line in content)
