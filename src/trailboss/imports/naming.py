"""A source's names → names that nodes can have."""

import re
from collections import Counter
from collections.abc import Iterable

from trailboss.imports.addresses import ipv4
from trailboss.imports.found import FoundMachine
from trailboss.model.base import Frozen
from trailboss.model.problem import Problem

_LONGEST = 63
"""The kubelet also makes the node's name the value of a label."""


class Named(Frozen):
    """`names`: those of the machines, at the same places."""

    names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def name_machines(machines: Iterable[FoundMachine]) -> Named:
    """Name every machine; names that are the same are told apart where the source tells what differs."""
    every = list(machines)
    often = Counter(node_name(machine.name) for machine in every)
    names = [_own(machine) if often[node_name(machine.name)] > 1 else node_name(machine.name) for machine in every]
    # That a name is missing is told by who has read the source.
    problems = [_unnamed(machine) for machine, name in zip(every, names, strict=True) if machine.name and not name]
    return Named(
        names=tuple(names),
        notes=tuple(
            f'{machine.where or machine.file}: "{machine.name}" is called {name}, a name that a node can have'
            for machine, name in zip(every, names, strict=True)
            if name and name != machine.name
        ),
        problems=(*problems, *_collisions(every, names)),
    )


def node_name(text: str) -> str:
    """Return the nearest name that a node can have: DNS labels in lower case, 63 characters in all."""
    if ipv4(text):
        return f"node-{text.replace('.', '-')}"
    parts = (re.sub(r"-*[^a-z0-9-]+-*", "-", part).strip("-") for part in text.strip().lower().split("."))
    return ".".join(part for part in parts if part)[:_LONGEST].rstrip("-.")


def _own(machine: FoundMachine) -> str:
    return node_name(f"{machine.name}-{machine.only}") if machine.only else node_name(machine.name)


def _unnamed(machine: FoundMachine) -> Problem:
    allowed = "a name with letters or digits"
    return machine.problem("no name for a node can be made of this", found=f'"{machine.name}"', allowed=allowed)


def _collisions(machines: list[FoundMachine], names: list[str]) -> Iterable[Problem]:
    first: dict[str, FoundMachine] = {}
    for machine, name in zip(machines, names, strict=True):
        before = first.setdefault(name, machine)
        if name and before is not machine:
            place = before.where or (f"line {before.line}" if before.line else before.name)
            found = f'{name}, as "{before.name}" is ({place})'
            allowed = "names that differ in letters, digits, - and dots"
            yield machine.problem("two machines would have one name", found=found, allowed=allowed)
