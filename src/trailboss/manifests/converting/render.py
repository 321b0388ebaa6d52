"""Objects and comments → YAML."""

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from trailboss.manifests.reading.documents import read_file
from trailboss.manifests.reading.place import Location

_NO_FOLDING = 1_000_000


@dataclass
class Drawn:
    """One object of today's form, and the comments at its fields. `above`, `below`: those of the object as a whole.

    `partner`: of a Cluster or Machine its infrastructure, and the other way round.
    """

    value: dict[str, Any]
    partner: "Drawn | None" = None
    above: list[str] = field(default_factory=list)
    before: list[tuple[Location, str]] = field(default_factory=list)
    beside: list[tuple[Location, str]] = field(default_factory=list)
    below: list[str] = field(default_factory=list)

    def find(self, location: Location) -> Location | None:
        """Return the location with positions in lists of files for their paths, None where there is no such field."""
        value: Any = self.value
        found: Location = ()
        for part in location:
            step = _position(value, part) if isinstance(value, list) else part
            if step is None or not _has(value, step):
                return None
            value = value[step]
            found = (*found, step)
        return found


def _has(value: Any, step: str | int) -> bool:  # noqa: ANN401 - any part of a manifest
    if isinstance(value, list):
        return isinstance(step, int) and step < len(value)
    return isinstance(value, dict) and step in value


def _position(files: list[Any], part: str | int) -> int | None:
    if isinstance(part, int):
        return part
    paths = [file.get("path") for file in files if isinstance(file, dict)]
    return paths.index(part) if part in paths else None


def render(drawn: Drawn) -> str:
    """Return the YAML of one object, without a marker."""
    text = _dumped(drawn.value)
    place = read_file("", text).documents[0].place
    lines = text.splitlines()
    above: dict[int, list[str]] = {}
    for location, comment in drawn.before:
        above.setdefault(place.line(location), []).append(comment)
    for number, comments in _by_line((place.line(location), comment) for location, comment in drawn.beside):
        last = comments.pop()
        above.setdefault(number, []).extend(comments)
        lines[number - 1] += f"  {last}"
    result = list(drawn.above)
    for number, line in enumerate(lines, start=1):
        indent = line[: len(line) - len(line.lstrip())]
        result += [f"{indent}{comment}" for comment in above.get(number, ())]
        result.append(line)
    return "".join(f"{line}\n" for line in (*result, *drawn.below))


def _by_line(comments: Iterable[tuple[int, str]]) -> Iterable[tuple[int, list[str]]]:
    lines: dict[int, list[str]] = {}
    for number, comment in comments:
        lines.setdefault(number, []).append(comment)
    return lines.items()


def _dumped(value: dict[str, Any]) -> str:
    yaml = YAML()
    yaml.width = _NO_FOLDING
    stream = io.StringIO()
    yaml.dump(_literal(value), stream)
    return stream.getvalue()


def _literal(value: Any) -> Any:  # noqa: ANN401 - any part of a manifest
    """Return `value` with texts of several lines as blocks."""
    if isinstance(value, dict):
        return {key: _literal(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_literal(each) for each in value]
    return LiteralScalarString(value) if isinstance(value, str) and "\n" in value else value
