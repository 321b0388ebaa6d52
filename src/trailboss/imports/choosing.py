"""Which role each machine has: by what the user selects, else by what groups, tags and names commonly say."""

import re
from collections.abc import Iterable, Mapping
from typing import get_args

from trailboss.imports.found import FoundMachine
from trailboss.imports.selector import Selector, fold
from trailboss.manifests.reading.secrets import holds_secret, names_secret
from trailboss.model.base import Frozen
from trailboss.model.machine import Role
from trailboss.model.problem import Problem

ROLES: tuple[Role, ...] = get_args(Role)
OPTIONS: Mapping[Role, str] = {"control-plane": "--control-plane", "worker": "--worker"}

# What tools call the two kinds of machines, after Kubernetes' or the tool's own name: kube_control_plane, k8s-master.
_BEFORE = r"(?:tag-)?(?:roles?-)?(?:kube(?:rnetes)?-?|k8s-?|k3s-|rke2-)?"
_GROUPS: Mapping[Role, re.Pattern[str]] = {
    "control-plane": re.compile(
        rf"{_BEFORE}(?:control-?planes?|masters?|controllers?)(?:-(?:nodes?|hosts?|servers?))?"
    ),
    "worker": re.compile(rf"{_BEFORE}(?:workers?|nodes?|minions?)(?:-(?:nodes?|hosts?|servers?))?"),
}
_SHORT: Mapping[str, Role] = {"cp": "control-plane", "control": "control-plane"}
# Keys of tags whose values are roles: Role, k8s-role, type; and keys that are roles themselves.
_ROLE_KEYS = re.compile(
    r"(?:[^/]*/)?(?:(?:node|kube|kubernetes|k8s|server|machine|instance|vm|host|cluster)-?)?(?:roles?|type|kind|group|pool)"
)
_KEY_IS_ROLE = re.compile(r"(?:.*/)?(?:node-role\.kubernetes\.io|(?:k8s\.io|kubernetes\.io)/role)/(.+)")
_NAMES: Mapping[Role, re.Pattern[str]] = {
    "control-plane": re.compile(r"(?<![a-z])(?:kube|k8s)?(?:cp|ctrl?|control(?:-?plane|ler)?|masters?)(?![a-z])"),
    "worker": re.compile(r"(?<![a-z])(?:kube|k8s)?(?:workers?|wrk|nodes?|minions?|w(?=-?\d))(?![a-z])"),
}
_LONGEST = 64
"""Of the value of a tag, to be shown; nobody selects by longer ones."""


class Chosen(Frozen):
    """`roles`: those of `machines`, at the same places. `left_out`: machines that have none, with the reason."""

    machines: tuple[FoundMachine, ...] = ()
    roles: tuple[Role, ...] = ()
    left_out: tuple[tuple[FoundMachine, str], ...] = ()
    problems: tuple[Problem, ...] = ()


def choose(machines: Iterable[FoundMachine], selectors: Mapping[Role, tuple[Selector, ...]]) -> Chosen:
    """Give each machine its role; a role without selectors goes by common conventions."""
    taken: list[tuple[FoundMachine, Role]] = []
    left_out: list[tuple[FoundMachine, str]] = []
    problems: list[Problem] = []
    for machine in machines:
        match roles_of(machine, selectors):
            case [role]:
                taken.append((machine, role))
            case []:
                left_out.append((machine, _reason(machine, selectors)))
            case _:
                problems.append(_both(machine, selectors))
    taken.sort(key=lambda pair: ROLES.index(pair[1]))
    return Chosen(
        machines=tuple(machine for machine, _ in taken),
        roles=tuple(role for _, role in taken),
        left_out=tuple(left_out),
        problems=tuple(problems),
    )


def roles_of(machine: FoundMachine, selectors: Mapping[Role, tuple[Selector, ...]]) -> list[Role]:
    """Return the roles that `machine` matches; what is selected comes before any convention."""
    selected: list[Role] = [role for role in ROLES if any(one.matches(machine) for one in selectors.get(role, ()))]
    if selected:
        return selected
    rest: list[Role] = [role for role in ROLES if any(one.rest for one in selectors.get(role, ()))]
    conventional = [role for role in conventional_roles(machine) if not selectors.get(role)]
    return conventional or rest


def conventional_roles(machine: FoundMachine) -> list[Role]:
    """Return the roles that a machine has by its source's own word, else by groups and tags, else by its name."""
    if machine.role is not None:
        return [machine.role]
    told = _said(_words(machine))
    if told:
        return told
    hinted = next((roles for hint in machine.hints if (roles := _said([hint]))), [])
    if hinted:
        return hinted
    # "node" is in the names of many control planes: k8s-cp-node-1.
    return next(([role] for role in ROLES if _NAMES[role].search(fold(machine.name))), [])


def _said(words: Iterable[str]) -> list[Role]:
    """Return the roles that any of these words stands for."""
    folded = {fold(word) for word in words}
    return [role for role in ROLES if any(_GROUPS[role].fullmatch(word) or _SHORT.get(word) == role for word in folded)]


def _words(machine: FoundMachine) -> Iterable[str]:
    yield from machine.groups
    for key, value in {**machine.labels, **machine.tags}.items():
        if match := _KEY_IS_ROLE.fullmatch(fold(key)):
            yield match[1]
        elif _ROLE_KEYS.fullmatch(fold(key)):
            yield from value.split(",")


def _reason(machine: FoundMachine, selectors: Mapping[Role, tuple[Selector, ...]]) -> str:
    asked = [f"{OPTIONS[role]} {one.text}" for role in ROLES for one in selectors.get(role, ())]
    told = describe(machine)
    return f"neither control plane nor worker by {' or '.join(asked) or 'its groups, tags and name'} ({told})"


def describe(machine: FoundMachine) -> str:
    """Return in a few words what roles can be chosen by; no secrets, which people keep in attributes, too."""
    every = dict.fromkeys((*machine.groups, *machine.hints))
    groups = [f"groups {', '.join(every)}"] if every else []
    told = {key: value for key, value in machine.tags.items() if not (names_secret(key) or holds_secret(value))}
    tags = [f"tags {', '.join(f'{key}={value}' for key, value in told.items() if len(value) < _LONGEST)}"]
    return "; ".join(groups + (tags if told else [])) or "no groups or tags"


def _both(machine: FoundMachine, selectors: Mapping[Role, tuple[Selector, ...]]) -> Problem:
    asked = any(selectors.values())
    return machine.problem(
        f"both control plane and worker{'' if asked else ' by common conventions'}",
        found=describe(machine),
        allowed="one role; `--worker rest` makes a worker of whatever is no control plane, "
        "`--worker 'kube_node,!kube_control_plane'` of one group without the other",
    )
