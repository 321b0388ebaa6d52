"""etcd keeps its quorum: what a change takes away, for a while or for good, must not be what it needs."""

import re
from collections.abc import Iterator

from trailboss.model.plan import Refusal
from trailboss.plan.checks.finding import Finding
from trailboss.plan.etcd import WITHOUT_SPARE, alive, quorum, size
from trailboss.plan.leaving import Leaving
from trailboss.plan.situation import Situation
from trailboss.plan.words import some


def healthy(situation: Situation) -> Iterator[Refusal]:
    """What is wrong with a member that goes is no reason to keep it."""
    going = _going(situation)
    if not (going or situation.upgrading_control_planes) or situation.observation.nodes is None:
        return
    problems = situation.observation.etcd_problems
    if situation.observation.etcd_members is None:
        problems = ("its members could not be listed", *problems)
    gone = {one.machine.name for one in going if one.failed}
    for problem in problems:
        if not gone.intersection(re.split(r"[^0-9A-Za-z.-]+", problem)):
            yield Refusal(
                reason=f"etcd is not well: {problem}",
                remedy="see to it that every member is started and votes, and that no alarm is raised",
                temporary=True,
            )


def quorum_in_upgrades(situation: Situation) -> Iterator[Finding]:
    machines = situation.upgrading_control_planes
    if not machines or situation.observation.etcd_members is None:
        return
    members = size(situation.observation) - sum(one.counted for one in situation.going_first)
    living = len(alive(situation.observation)) - sum(one.etcd for one in situation.going_first)
    if members <= WITHOUT_SPARE:
        yield from _without_spare(situation, members)
    elif living - 1 < quorum(members):
        yield Refusal(
            reason=f"{living} of {members} etcd members live; while {machines[0].name} is upgraded too few are left",
            remedy=f"bring the others back first: {quorum(members)} must live beside the one that is upgraded",
            temporary=True,
        )


def quorum_in_removals(situation: Situation) -> Iterator[Refusal]:
    """Count through the plan: failed members go, new ones join, the others go one by one."""
    going = [one for one in _going(situation) if one.counted]
    if situation.observation.etcd_members is None:
        return
    members, living = size(situation.observation), len(alive(situation.observation))
    joining = sum(machine.role == "control-plane" for machine in situation.joining)
    for one in sorted(going, key=lambda one: one not in situation.going_first):
        if one not in situation.going_first:
            members, living, joining = members + joining, living + joining, 0
        if living < quorum(members) or living - one.etcd < quorum(members - 1):
            yield Refusal(
                reason=f"{living} of {members} etcd members live: without {one.machine.name} too few would be left",
                remedy=f"keep {one.machine.name} in the manifests until more members live, or restore a snapshot",
                machine=one.machine.name,
            )
        members, living = members - 1, living - one.etcd


def _without_spare(situation: Situation, members: int) -> Iterator[Finding]:
    """Those that wait could not join before: the API servers are of different versions."""
    waiting = [machine.name for machine in situation.waiting if machine.role == "control-plane"]
    if waiting:
        yield Refusal(
            reason=f"etcd has {members} member(s) and can spare none, and {some(waiting)} cannot join while the API"
            " servers are of different versions",
            remedy=f"take {some(waiting)} out of the manifests until the others are at {situation.route.next}",
        )
    else:
        yield f"etcd has {members} member(s) and can spare none: the API is away while a control plane is upgraded"


def _going(situation: Situation) -> list[Leaving]:
    return [one for one in situation.leaving if one.control_plane]
