"""What each stand-in is made of. A recipe's digest is in its image's labels and in the name of its archive."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from trailboss.lab.standins import extras
from trailboss.lab.standins.programs import COLLECTOR, TEMPORAL, TEMPORAL_TOOLS, TEMPORAL_UI, GoPrograms

BASE_PACKAGES = ("busybox", "ca-certificates", "tzdata")


@dataclass(frozen=True)
class Recipe:
    """`files/NAME` is the build's folder: a Dockerfile on top of the base, and what it copies.

    `programs`: Go programs that are put beside it. `more`: puts further files there, given the folder and the tag.
    """

    name: str
    programs: GoPrograms | None = None
    more: Callable[[Path, str], None] | None = None

    @cached_property
    def folder(self) -> Traversable:
        return resources.files("trailboss.lab.standins").joinpath("files", self.name)

    def digest(self, tag: str, base: str) -> str:
        """Twelve hexadecimal digits that change with anything the image of this tag is made of."""
        programs = self.programs.key(tag) if self.programs else ""
        hashed = hashlib.sha256(f"{base}\0{tag}\0{programs}".encode())
        for file in sorted(self.folder.iterdir(), key=lambda each: each.name):
            hashed.update(f"\0{file.name}\0".encode() + file.read_bytes())
        return hashed.hexdigest()[:12]


RECIPES: dict[str, Recipe] = {
    "python": Recipe("python"),
    "postgres": Recipe("postgres"),
    "temporalio/server": Recipe("temporal-server", TEMPORAL),
    "temporalio/admin-tools": Recipe("temporal-admin-tools", TEMPORAL_TOOLS, extras.admin_tools),
    "temporalio/ui": Recipe("temporal-ui", TEMPORAL_UI, extras.ui_configuration),
    "otel/opentelemetry-collector-contrib": Recipe("otel-collector", COLLECTOR),
    "prom/prometheus": Recipe("prometheus"),
}
"""By the image's name without its tag. What is not here has no stand-in."""
