"""The texts of a cluster's folder, to be changed in places: a document that nothing is changed in stays as it was."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.util import load_yaml_guess_indent

from trailboss.manifests.reading.chunks import is_marker, lines_of

_WIDEST = 10**6
"""Long texts stay on one line."""


@dataclass
class Part:
    """One YAML document of a file with the comments in it, or what stands before the first."""

    text: str
    document: Any = None
    changed: bool = False
    removed: bool = False

    def render(self) -> str:
        if self.removed:
            return ""
        return _dump(self.document, self.text) if self.changed else self.text


@dataclass
class Entry:
    """One object: a document, or an item of a List."""

    file: str
    part: Part
    value: Any
    items: list[Any] | None = None

    @property
    def name(self) -> str:
        return str(self.look("metadata", "name") or "")

    def look(self, *location: str) -> Any:  # noqa: ANN401 - any YAML
        value: Any = self.value
        for key in location:
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def touch(self) -> None:
        """Note that the object was changed in place."""
        self.part.changed = True

    def remove(self) -> None:
        if self.items is None:
            self.part.removed = True
            return
        self.items[:] = [item for item in self.items if item is not self.value]
        self.part.removed = not self.items
        self.touch()


@dataclass
class FolderText:
    """`files`: path → text; every document in them must be valid YAML."""

    files: Mapping[str, str]
    parts: dict[str, list[Part]] = field(init=False, default_factory=dict)
    entries: list[Entry] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.add(self.files)

    def add(self, files: Mapping[str, str]) -> None:
        for file, text in sorted(files.items()):
            self.parts[file] = list(_parts(text))
            self.entries.extend(entry for part in self.parts[file] for entry in _entries(file, part))

    def of_kind(self, kind: str) -> list[Entry]:
        return [entry for entry in self.entries if entry.look("kind") == kind]

    def render(self) -> dict[str, str]:
        return {file: "".join(part.render() for part in parts) for file, parts in self.parts.items()}


def _parts(text: str) -> Iterator[Part]:
    """Yield the stretches of a file from one document marker to the next; together they are the file again."""
    lines: list[str] = []
    for line in lines_of(text):
        if is_marker(line) and lines:
            yield _part("".join(lines))
            lines = []
        lines.append(line)
    if lines:
        yield _part("".join(lines))


def _part(text: str) -> Part:
    # What is only comments, or a directive such as %YAML 1.2, has no document.
    bare = [line for line in text.removeprefix("\ufeff").splitlines() if line.strip() and line.lstrip()[0] not in "#%"]
    return Part(text, _round_trip().load(text) if bare else None)


def _entries(file: str, part: Part) -> Iterator[Entry]:
    document = part.document
    if isinstance(document, dict) and document.get("kind") == "List" and isinstance(document.get("items"), list):
        items = document["items"]
        yield from (Entry(file, part, item, items) for item in items if isinstance(item, dict))
    elif isinstance(document, dict):
        yield Entry(file, part, document)


def _round_trip() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = _WIDEST
    return yaml


def _dump(document: Any, before: str) -> str:  # noqa: ANN401 - any YAML
    """Write a document as `before`, the text it was read from, was written."""
    yaml = _round_trip()
    _, indent, offset = load_yaml_guess_indent(before)
    yaml.indent(
        mapping=2 if offset is None else max(2, (indent or 2) - offset), sequence=indent or 2, offset=offset or 0
    )
    yaml.explicit_start = is_marker(before)
    text = StringIO()
    yaml.dump(document, text)
    return text.getvalue().replace("\n", "\r\n") if "\r\n" in before else text.getvalue()
