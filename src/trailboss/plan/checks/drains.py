"""What emptying machines would run into, told before the first of them is cordoned."""

from collections import defaultdict
from collections.abc import Iterator

from trailboss.model.plan import Refusal
from trailboss.plan.checks.finding import Finding
from trailboss.plan.observation import LOCAL_DATA, UNMANAGED, EvictionBlocked
from trailboss.plan.situation import Situation
from trailboss.plan.upgrades import drained
from trailboss.plan.words import some

_THEN = {
    "ask": "an operator is asked once it has kept a pod for the whole time-out",
    "force": "the pod is deleted once it has been kept for the whole time-out",
}

_LOST = {UNMANAGED: "no controller brings these back", LOCAL_DATA: "what the emptyDir of these holds is lost"}


def evictions(situation: Situation) -> Iterator[Finding]:
    """With "wait" a drain would wait as long as the budget does, so it does not begin; else somebody decides then."""
    names = drained(situation)
    then = _THEN.get(situation.cluster.rollout.drain.when_blocked)
    groups: dict[tuple[str, str], list[EvictionBlocked]] = defaultdict(list)
    for blocked in situation.observation.evictions_blocked:
        if blocked.node in names:
            groups[blocked.namespace, blocked.budget or blocked.why].append(blocked)
    for (namespace, _), found in groups.items():
        pods = some([f"{one.pod} on {one.node}" for one in found])
        budget = f"the disruption budget {namespace}/{found[0].budget} keeps {pods}"
        reason = budget if found[0].budget else f"{namespace}: {pods} cannot be evicted"
        reason += f" ({found[0].why})" if found[0].why else ""
        if then:
            yield f"{reason}; {then}"
            continue
        remedy = "let it spare a pod (more replicas, or a smaller minAvailable), or set rollout.drain.whenBlocked"
        yield Refusal(reason=reason, remedy=f"{remedy} to ask or force", temporary=True)


def pods_at_risk(situation: Situation) -> Iterator[Finding]:
    """No pod is lost without a word; what is on a machine that is dead already is lost whether it is allowed or not."""
    drain, emptied = situation.cluster.rollout.drain, drained(situation)
    dead = frozenset(one.machine.name for one in situation.leaving) - emptied
    for why, allowed, field in (
        (UNMANAGED, drain.unmanaged, "unmanagedPods"),
        (LOCAL_DATA, drain.local_data, "localData"),
    ):
        if lost := _at_risk(situation, why, dead):
            yield f"a machine that is dead goes with pods, and {lost}"
        if lost := _at_risk(situation, why, emptied):
            reason = f"machines are emptied of pods, and {lost}"
            remedy = f"move or delete them, or allow it: rollout.drain.{field}: true"
            yield reason if allowed else Refusal(reason=reason, remedy=remedy)


def _at_risk(situation: Situation, why: str, nodes: frozenset[str]) -> str:
    pods = [pod for pod in situation.observation.pods_at_risk if pod.node in nodes and pod.why == why]
    named = some([f"{pod.namespace}/{pod.pod} on {pod.node}" for pod in pods])
    return f"{_LOST[why]}: {named}" if pods else ""
