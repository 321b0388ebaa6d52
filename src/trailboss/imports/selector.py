"""What a user writes to select machines: TERM[,TERM…], all of which must hold; ! before a term: must not hold.

    WORD          a group, role, folder, tag or resource of this name; the machine's name
    KEY=VALUE     a tag with this value
    name:WORD     the machine's name only
    group:WORD    a group, role, folder, tag without a value or resource only
    rest          whatever has no role otherwise

`*`, `?` and `[…]` stand for other letters; _ and - are the same, as are capitals and small letters.
"""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

from trailboss.imports.found import FoundMachine
from trailboss.model.base import Frozen
from trailboss.model.problem import Problem

_TERM = re.compile(r"(?P<no>!)?(?:(?P<kind>name|group):)?(?P<word>.+)")


class Selector(Frozen):
    text: str

    @property
    def rest(self) -> bool:
        return self.text.strip() == "rest"

    def matches(self, machine: FoundMachine) -> bool:
        """Tell whether all terms hold; `rest` matches nothing by itself."""
        return not self.rest and all(_holds(term, machine) for term in self.terms)

    @property
    def terms(self) -> list[str]:
        return [term.strip() for term in self.text.split(",")]


def selectors(option: str, given: Iterable[str]) -> tuple[tuple[Selector, ...], tuple[Problem, ...]]:
    """Return what was given for one role, and a problem for each text that selects nothing."""
    read = tuple(Selector(text=text) for text in given)
    wrong = [one for one in read if any(not term.strip("! ") for term in one.terms)]
    problems = (
        Problem(
            file=option,
            document=0,
            message="a term without a name",
            found=f'"{one.text}"',
            allowed="GROUP, KEY=VALUE, name:NAME, group:GROUP or rest; several with commas; ! before one for not",
        )
        for one in wrong
    )
    return tuple(one for one in read if one not in wrong), tuple(problems)


def _holds(term: str, machine: FoundMachine) -> bool:
    match = _TERM.fullmatch(term)
    if match is None:
        return False
    found = _found(match["kind"] or "", match["word"], machine)
    return found != bool(match["no"])


def _found(kind: str, word: str, machine: FoundMachine) -> bool:
    key, equals, value = word.partition("=")
    if equals and not kind:
        return any(_like(name, key) and _like(text, value) for name, text in machine.tags.items())
    named = kind != "group" and _like(machine.name, word)
    return named or (kind != "name" and any(_like(group, word) for group in (*machine.groups, *machine.hints)))


def _like(text: str, pattern: str) -> bool:
    return fnmatchcase(fold(text), fold(pattern))


def fold(text: str) -> str:
    """Return a text as it is compared: kube_node, Kube-Node and kube node are the same."""
    return re.sub(r"[_\s]+", "-", text.casefold().strip())
