from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fact:
    """A shell command and the parser of what it prints (without surrounding white space).

    `name` is a field of MachineFacts. A command whose program is missing prints nothing, so each parser takes "".
    `slow`: started before all others, so that several slow ones share the time.
    """

    name: str
    command: str
    parser: Callable[[str], Any]
    slow: bool = False


def lines(output: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in output.splitlines() if line.strip())


def whole_number(output: str) -> int:
    """Return 0 for what is not a number."""
    digits = output.strip()
    return int(digits) if digits.isdigit() else 0


def pairs(output: str) -> dict[str, str]:
    """Parse lines of `key value`; the value may be empty."""
    found = (line.partition(" ") for line in lines(output))
    return {key: value.strip() for key, _, value in found}


def yes(output: str) -> bool:
    return output.strip() in {"yes", "active", "enabled"}
