"""Where in a file something stands."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from trailboss.model.problem import Problem

Location = tuple[str | int, ...]
"""Keys and list positions from the root of a document: ("spec", "taints", 0, "effect")."""

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")


def field_text(location: Location) -> str:
    """Write a location as people do: `spec.taints[0].effect`, `spec.labels["example.com/rack"]`."""
    text = ""
    for part in location:
        if isinstance(part, int):
            text += f"[{part}]"
        elif _PLAIN_KEY.fullmatch(part):
            text += f".{part}" if text else part
        else:
            text += f'["{part}"]'
    return text


@dataclass(frozen=True)
class Place:
    """One document of one file, with the line (from 1) of every field in it."""

    file: str
    document: int
    lines: Mapping[Location, int] = field(default_factory=dict)

    def line(self, location: Location) -> int:
        """Return the line of the field, or of the nearest thing around it that is there."""
        while location and location not in self.lines:
            location = location[:-1]
        return self.lines.get(location, 0)

    def problem(
        self,
        location: Location,
        message: str,
        *,
        found: str = "",
        allowed: str = "",
        severity: Literal["error", "warning"] = "error",
    ) -> Problem:
        return Problem(
            file=self.file,
            document=self.document,
            line=self.line(location),
            field=field_text(location),
            found=found,
            allowed=allowed,
            message=message,
            severity=severity,
        )


@dataclass(frozen=True)
class FieldPlace:
    """One field of one document: what a check needs to say where something is wrong."""

    place: Place
    location: Location

    def problem(
        self, message: str, *, found: str = "", allowed: str = "", severity: Literal["error", "warning"] = "error"
    ) -> Problem:
        return self.place.problem(self.location, message, found=found, allowed=allowed, severity=severity)

    @property
    def is_written(self) -> bool:
        """Tell whether the field itself stands in the document."""
        return self.location in self.place.lines

    def __str__(self) -> str:
        return f"{self.place.file}:{self.place.line(self.location)}"
