"""Comments of a YAML document, and the field that each belongs to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.tokens import ScalarToken

from trailboss.manifests.reading.chunks import is_marker, lines_of
from trailboss.manifests.reading.place import Location, Place

_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#.*")


@dataclass(frozen=True)
class Comment:
    """`text` begins with #. `field`: the field below it, or before it on its line; None: nothing of the document is."""

    text: str
    field: Location | None
    on_line: bool = False


def comments_of(text: str, first_line: int, place: Place) -> tuple[Comment, ...]:
    """Return the comments of one document; `first_line` (from 0): where `text` begins in its file."""
    return tuple(
        Comment(found, _beside(line, place) if on_line else _below(line, place), on_line)
        for line, found, on_line in _found(text, first_line)
    )


def _found(text: str, first_line: int) -> Iterator[tuple[int, str, bool]]:
    """Yield line (from 1), text, and whether something stands before it on its line."""
    scalars = _scalars(text)
    position = 0
    for number, line in enumerate(lines_of(text), start=first_line + 1):
        for match in _COMMENT.finditer(line):
            if not any(start <= position + match.start() < end for start, end in scalars):
                before = line[: match.start()].strip()
                yield number, match[0].rstrip(), bool(before) and not is_marker(line)
                break
        position += len(line)


def _scalars(text: str) -> list[tuple[int, int]]:
    tokens = YAML(typ="safe", pure=True).scan(text)
    return [(_begin(each, text), each.end_mark.index) for each in tokens if isinstance(each, ScalarToken)]


def _begin(token: ScalarToken, text: str) -> int:
    """Return where the text of a scalar begins; that of a block does below its | or >, which a comment may follow."""
    start: int = token.start_mark.index
    return text.index("\n", start) if token.style in ("|", ">") else start


def _below(line: int, place: Place) -> Location | None:
    below = [(at, len(field), field) for field, at in place.lines.items() if at > line]
    return min(below, key=lambda each: each[:2])[2] if below else None


def _beside(line: int, place: Place) -> Location | None:
    above = [(at, number, field) for number, (field, at) in enumerate(place.lines.items()) if at <= line]
    return max(above)[2] if above else None
