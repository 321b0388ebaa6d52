from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from trailboss.lab.mirror.layout import Reference


class Source(Protocol):
    """Where artifacts come from. Each method makes one file, whole or not at all."""

    @property
    def name(self) -> str:
        """`upstream` or `compile`."""
        ...

    def expectation(self, version: str) -> str:
        """How long a version takes from nothing, for the user to read before it starts."""
        ...

    def prepare(self, version: str, programs: Sequence[str]) -> None:
        """Told once which of Kubernetes' programs will be asked for, as binaries or inside images."""
        ...

    def binary(self, version: str, name: str, target: Path) -> None:
        """Writes one program for hosts to `target`."""
        ...

    def image(self, reference: Reference, target: Path) -> None:
        """Writes one OCI archive to `target`."""
        ...
