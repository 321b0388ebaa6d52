from trailboss.model.errors import BadInput, TemporaryError
from trailboss.model.problem import Problem


class LabNotReady(TemporaryError):
    """A host of the lab did not come up in time."""


def bad_name(name: str) -> BadInput:
    return _bad_input("it cannot be a lab's name", name or '""', "a-z, 0-9 and -, at most 40, no - first or last")


def no_such_lab(name: str, found: list[str]) -> BadInput:
    return _bad_input("no such lab", name, ", ".join(found) or "none is up; `trailboss lab up` makes one")


def no_such_host(lab: str, name: str, found: list[str]) -> BadInput:
    return _bad_input(f"no such host in {lab}", name, ", ".join(found))


def bad_count(message: str, allowed: str) -> BadInput:
    return _bad_input(message, "", allowed)


def _bad_input(message: str, found: str, allowed: str) -> BadInput:
    return BadInput((Problem(file="lab", document=0, found=found, allowed=allowed, message=message),))
