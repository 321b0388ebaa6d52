"""Text of a file → its YAML documents, with every syntax problem in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import Node
from ruamel.yaml.reader import ReaderError

from trailboss.manifests.reading.chunks import Chunk, is_marker, lines_of, split_documents
from trailboss.manifests.reading.nodes import NodeReader
from trailboss.manifests.reading.place import Location, Place, field_text
from trailboss.manifests.reading.secrets import secret_lines
from trailboss.model.problem import Problem

_KEPT, _LARGE = 256, 8192
"""Documents whose parsed form is kept, and characters of those that are too large for it: 60 MiB at the very most.

What is polled, converted or checked again is mostly the same.
"""
_WORDS = {
    "found character '\\t' that cannot start any token": "a tab where YAML allows only spaces",
    "mapping values are not allowed here": "not valid YAML: a second ': ' on one line, or wrong indentation",
    "found unexpected end of stream": "not valid YAML: a quote is opened and never closed",
}


@dataclass(frozen=True)
class Document:
    """One YAML document as plain values."""

    place: Place
    value: Any


@dataclass(frozen=True)
class Read:
    """`unreadable`: the texts of the documents that are not valid YAML."""

    documents: tuple[Document, ...]
    problems: tuple[Problem, ...]
    unreadable: tuple[str, ...] = ()


def read_file(file: str, text: str) -> Read:
    """Read every document of `text`; those that are not valid YAML become problems with their line."""
    documents: list[Document] = []
    problems: list[Problem] = []
    unreadable: list[str] = []
    number = 0
    for chunk in split_documents(text):
        number += 1
        try:
            nodes, error = _compose(chunk.text) if len(chunk.text) > _LARGE else _composed(chunk.text)
            for node in nodes:
                documents.append(_document(node, chunk, Place(file, number), problems))
                number += 1
            number -= 0 if error else 1
        except (ValueError, RecursionError) as raised:
            error = raised
        if error:
            problems.append(_syntax_problem(error, chunk, file, number))
            unreadable.append(chunk.text)
    problems.extend(_secret_problems(file, text, documents))
    return Read(tuple(documents), tuple(problems), tuple(unreadable))


def _compose(text: str) -> tuple[tuple[Node, ...], Exception | None]:
    """Return the nodes of a text, to be read and not changed, and what kept the parser from reading on."""
    nodes: list[Node] = []
    try:
        # "safe" and pure: no objects are built, and marks carry lines. Composing keeps keys that are written twice.
        nodes.extend(node for node in YAML(typ="safe", pure=True).compose_all(text) if node is not None)
    except (YAMLError, ValueError, RecursionError) as error:
        return tuple(nodes), error.with_traceback(None)
    return tuple(nodes), None


_composed = lru_cache(maxsize=_KEPT)(_compose)


def _document(node: Node, chunk: Chunk, place: Place, problems: list[Problem]) -> Document:
    def report(location: Location, line: int, message: str, found: str) -> None:
        problems.append(
            Problem(
                file=place.file,
                document=place.document,
                line=line,
                field=field_text(location),
                found=found,
                message=message,
            )
        )

    reader = NodeReader(offset=chunk.first_line, report=report)
    value = reader.read(node)
    return Document(Place(place.file, place.document, reader.lines), value)


def _syntax_problem(error: Exception, chunk: Chunk, file: str, number: int) -> Problem:
    line = chunk.first_line + 1
    message = "not valid YAML"
    if isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        line = chunk.first_line + mark.line + 1 if mark else line
        message = _WORDS.get(str(error.problem), f"not valid YAML: {error.problem or error.context}")
    elif isinstance(error, ReaderError):
        line += chunk.text.count("\n", 0, error.position)
        message = f"a character that YAML does not allow: number {error.character}"
    elif isinstance(error, RecursionError):
        message = "nested too deeply"
    return Problem(file=file, document=number, line=line, message=message)


def _secret_problems(file: str, text: str, documents: list[Document]) -> Iterator[Problem]:
    for line, kind in secret_lines(text):
        number, location = _field_at(line, text, documents)
        yield Problem(
            file=file,
            document=number,
            line=line,
            field=field_text(location),
            found=f"{kind}, which is not repeated here",
            allowed="the path of a file on the worker, such as spec.ssh.keyFile",
            message="a secret must not be kept in Git; take it out, and change it, since history keeps it",
        )


def _field_at(line: int, text: str, documents: list[Document]) -> tuple[int, Location]:
    """Return the document and field that `line` belongs to: the last field that begins on it or above it."""
    number, begins = 0, 0
    field: Location = ()
    for document in documents:
        for location, first in document.place.lines.items():
            if begins <= first <= line:
                number, field, begins = document.place.document, location, first
    # Between two documents, or in one that is not valid YAML.
    if any(is_marker(between) for between in lines_of(text)[begins:line]) or not begins:
        return number + 1, ()
    return number, field
