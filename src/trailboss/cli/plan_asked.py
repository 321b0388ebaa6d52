"""What the command line asks to be previewed, and how it is told that there is no such thing."""

from pathlib import Path

from trailboss.model.base import Frozen
from trailboss.model.errors import BadInput
from trailboss.model.problem import Problem


class Asked(Frozen):
    """What the command line names. `target` "": every cluster of the revision."""

    target: str = ""
    revision: str = ""
    repository: str = ""
    clusters: tuple[str, ...] = ()
    against: str = ""
    path: str = "clusters"

    @property
    def folder(self) -> Path | None:
        """The folder that is meant; with a revision, a target is a cluster's name."""
        given = Path(self.target)
        return given if self.target and not self.revision and given.is_dir() else None


def bad(where: str, message: str, found: str = "", allowed: str = "") -> BadInput:
    return BadInput((Problem(file=where, document=0, found=found, allowed=allowed, message=message),))
