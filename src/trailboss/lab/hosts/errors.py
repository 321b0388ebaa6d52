from trailboss.model.errors import BadInput, TemporaryError
from trailboss.model.problem import Problem


class LabNotReady(TemporaryError):
    """A host of the lab did not come up in time."""


def no_such_lab(name: str, found: list[str]) -> BadInput:
    allowed = ", ".join(found) or "none is up; `trailboss lab up` makes one"
    return BadInput((Problem(file="lab", found=name, allowed=allowed, message="no such lab"),))


def no_such_host(lab: str, name: str, found: list[str]) -> BadInput:
    return BadInput((Problem(file=f"lab {lab}", found=name, allowed=", ".join(found), message="no such host"),))


def bad_count(message: str, allowed: str) -> BadInput:
    return BadInput((Problem(file="lab", allowed=allowed, message=message),))
