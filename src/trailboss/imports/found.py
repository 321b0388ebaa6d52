from collections.abc import Iterable
from typing import Any

from trailboss.model.base import Frozen
from trailboss.model.machine import Role
from trailboss.model.problem import Problem


class Text(Frozen):
    """One text of a source. `name`: what the user calls it: a path, or "-" for standard input."""

    name: str
    content: str


class FoundMachine(Frozen):
    """One machine as its source has it. Of what the source does not tell, a field is empty or None.

    `address`: the public one, or the only one; `private_address`: the one of its own network.
    `role`: only where the source itself knows roles. Otherwise `groups` (groups, roles, tags without a value, folders)
    and `tags` (with a value) are what roles are chosen by, then the name.
    `hints`: names of what describes it, such as Terraform's resource and modules, the nearest first; they count where
    groups and tags say nothing. `labels`: what becomes labels of the node. `port` may be any text here; it is checked
    with all else. `notes`: what of it is not imported, and why; `problems`: why it cannot be: both count once it has
    a role.
    `only`: something that tells it from others of the same name, such as its index.
    `file`, `line` and `where` (a resource, a row) say where it stands.
    """

    name: str
    file: str
    line: int = 0
    where: str = ""
    address: str = ""
    private_address: str = ""
    user: str | None = None
    port: int | str | None = None
    key_file: str | None = None
    bastion: str | None = None
    role: Role | None = None
    groups: tuple[str, ...] = ()
    tags: dict[str, str] = {}
    hints: tuple[str, ...] = ()
    labels: dict[str, str] = {}
    only: str = ""
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    def with_problem(self, message: str, *, field: str = "", found: str = "", allowed: str = "") -> "FoundMachine":
        problem = self.problem(message, field=field, found=found, allowed=allowed)
        return self.model_copy(update={"problems": (*self.problems, problem)})

    def problem(self, message: str, *, field: str = "", found: str = "", allowed: str = "") -> Problem:
        """Return a problem with this machine, told where the source has it."""
        named = " ".join(part for part in (self.name, field) if part)
        return Problem(
            file=self.file, document=0, line=self.line, field=named, message=message, found=found, allowed=allowed
        )


class Found(Frozen):
    """What one source tells. `notes`: what the user should know, a line each; `endpoint`: HOST or HOST:PORT."""

    machines: tuple[FoundMachine, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    endpoint: str | None = None

    @classmethod
    def joined(cls, parts: Iterable["Found"]) -> "Found":
        every = list(parts)
        return cls(
            machines=tuple(machine for part in every for machine in part.machines),
            problems=tuple(problem for part in every for problem in part.problems),
            notes=tuple(dict.fromkeys(note for part in every for note in part.notes)),
            endpoint=next((part.endpoint for part in every if part.endpoint), None),
        )


def refused(name: str, message: str, *, line: int = 0, found: str = "", allowed: str = "") -> Found:
    """Return what is left of a text that cannot be used: one problem."""
    problem = Problem(file=name, document=0, line=line, message=message, found=found, allowed=allowed)
    return Found(problems=(problem,))


def texts(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - whatever a source holds
    """Return the texts of a list, or those of one text split at commas and semicolons; anything else has none."""
    if isinstance(value, str):
        value = value.replace(";", ",").split(",")
    if not isinstance(value, list | tuple):
        return ()
    return tuple(item.strip() for item in value if isinstance(item, str) and item.strip())


def mapping(value: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever a source holds
    """Return a mapping as it is, and of a list its first mapping, as Terraform writes blocks; else an empty one."""
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, dict)), None)
    return value if isinstance(value, dict) else {}


def flat(value: Any) -> dict[str, str]:  # noqa: ANN401 - whatever a source holds
    """Return the entries of a mapping that are plain values, as texts."""
    return {str(key): str(item) for key, item in mapping(value).items() if isinstance(item, str | int | float)}


def number(value: Any) -> int | str | None:  # noqa: ANN401 - whatever a source holds
    """Return a port: a number where it is one, even as a text, else the text, which is refused later; None: none."""
    if value is None or value == "":
        return None
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() else text
