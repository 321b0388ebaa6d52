"""What was seen and is left alone, in words for people."""

from collections.abc import Iterator

from trailboss.model.machine import Machine
from trailboss.plan.situation import Situation

_PAIR = 2


def notes(situation: Situation) -> Iterator[str]:
    yield from _quorum(situation)
    yield from _nodes(situation)
    for machine in situation.unreachable:
        if machine.role == "worker":
            yield f"{machine.name} cannot be looked at and is left as it is: {situation.why_unreachable(machine)}"


def postponed(situation: Situation) -> tuple[str, ...]:
    """Return workers that cannot be looked at and of which the API does not tell that they are well.

    They hold nobody up: what is not seen is not changed, and once they answer, the cluster is planned again.
    """
    return tuple(machine.name for machine in situation.unreachable if _may_need_something(situation, machine))


def _may_need_something(situation: Situation, machine: Machine) -> bool:
    node = situation.observation.node(machine.name)
    misses_routes = situation.membership_changes and situation.cluster.pod_network == "routes"
    return machine.role == "worker" and (node is None or not node.ready or misses_routes)


def _quorum(situation: Situation) -> Iterator[str]:
    count = len(situation.cluster.control_planes)
    if count and count % _PAIR == 0:
        yield f"{count} control planes bear no more failures than {count - 1}: etcd needs a majority of them"


def _nodes(situation: Situation) -> Iterator[str]:
    known = {machine.name for machine in situation.cluster.machines}
    for node in situation.observation.nodes or ():
        if node.name not in known:
            yield f"node {node.name} is in the cluster and not in the manifests; it is left alone"
        elif node.unschedulable:
            yield f"node {node.name} is cordoned; it is left so"
