"""What was seen and is left alone, in words for people."""

from collections.abc import Iterator

from trailboss.model.machine import Machine
from trailboss.plan.behind import behind
from trailboss.plan.settings import differ, kubelets_wait, may_change
from trailboss.plan.situation import Situation
from trailboss.steps import host_files

_PAIR = 2


def notes(situation: Situation) -> Iterator[str]:
    yield from _hops(situation)
    yield from _quorum(situation)
    yield from _nodes(situation)
    for machine in situation.unreachable:
        if machine.role == "worker":
            yield f"{machine.name} cannot be looked at and is left as it is: {situation.why_unreachable(machine)}"
    if situation.waiting:
        names = ", ".join(machine.name for machine in situation.waiting)
        wanted = situation.manifests.kubernetes_version
        yield f"not in this plan: {names}, which can join once the others are at {wanted}"
    yield from _left_behind(situation)
    yield from _mounted(situation)
    if differ(situation) and not may_change(situation):
        yield "settings that changed follow in a plan of their own, once this one is done"


def postponed(situation: Situation) -> tuple[str, ...]:
    """Return workers that cannot be looked at and of which the API does not tell that they are well.

    They hold nobody up: what is not seen is not changed, and once they answer, the cluster is planned again.
    """
    return tuple(machine.name for machine in situation.unreachable if _may_need_something(situation, machine))


def _may_need_something(situation: Situation, machine: Machine) -> bool:
    node = situation.observation.node(machine.name)
    misses_routes = situation.membership_changes and situation.cluster.pod_network == "routes"
    older = bool(behind(situation.cluster, situation.observation, machine)) or kubelets_wait(situation)
    return machine.role == "worker" and (node is None or not node.ready or misses_routes or older)


def _left_behind(situation: Situation) -> Iterator[str]:
    """What is taken out of the manifests stays: what was there before is not known, and something may need it."""
    found: dict[str, list[str]] = {}
    for machine, facts in situation.observed:
        for path in host_files.left_behind(situation.manifests, facts):
            found.setdefault(path, []).append(machine.name)
    for path, names in sorted(found.items()):
        yield f"{path} is not in the manifests any more and stays on {', '.join(names)}; remove it there if not needed"


def _mounted(situation: Situation) -> Iterator[str]:
    """A container goes on seeing the file that was there when it started."""
    mounted = {volume.host_path for volume in situation.manifests.kubeadm.api_server_extra_volumes}
    for machine, facts in situation.observed:
        if machine.role != "control-plane" or not facts.is_member:
            continue
        seen = [file for file in situation.manifests.files if file.path in mounted and file.path in facts.host_files]
        changed = [file.path for file in seen if facts.host_files[file.path] != host_files.state(file)]
        if changed:
            yield f"{', '.join(changed)} of {machine.name} changes; its API server sees that when it starts next"


def _hops(situation: Situation) -> Iterator[str]:
    route = situation.route
    if route.why:
        yield f"{route.next} comes first: {route.why}"
    if route.later and not route.missing:
        yield f"this plan leads to {route.next}; to {', '.join(route.later)} a later one, by one minor at a time"
    if situation.holds_kubelets and situation.upgrading:
        yield f"kubelets follow in a plan of their own, once every API server is at {route.next}"


def _quorum(situation: Situation) -> Iterator[str]:
    count = len(situation.cluster.control_planes)
    if count and count % _PAIR == 0:
        yield f"{count} control planes bear no more failures than {count - 1}: etcd needs a majority of them"


def _nodes(situation: Situation) -> Iterator[str]:
    known = {machine.name for machine in situation.cluster.machines}
    going = {one.machine.name for one in situation.leaving}
    for one in situation.leaving:
        if one.replaced:
            yield f"another host is there for {one.machine.name}; its old node goes, and the new one joins as it"
    for node in situation.observation.nodes or ():
        if node.name in going:
            continue
        if node.name not in known:
            yield f"node {node.name} is in the cluster and not in the manifests; it is left alone"
        elif node.unschedulable and not node.cordoned_by:
            yield f"node {node.name} is cordoned; it is left so"
