"""Whether the cluster is well enough for something to go out of service."""

from collections.abc import Iterator

from trailboss.model.machine import Machine
from trailboss.model.plan import Refusal
from trailboss.plan.behind import was_cut_off
from trailboss.plan.observation import ControlPlaneSeen, NodeSeen
from trailboss.plan.situation import Situation

_SCARCE = {"disk": "disk space", "memory": "memory", "pid": "room for processes"}
_COMPONENTS = {
    "api_server": "API server",
    "controller_manager": "controller manager",
    "scheduler": "scheduler",
    "etcd": "etcd",
}

_PRESSURES = {f"node.kubernetes.io/{kind}-pressure": what for kind, what in _SCARCE.items()}


def nodes_ready(situation: Situation) -> Iterator[Refusal]:
    """A machine that an earlier change left half-way is the exception: going on is what makes it well."""
    for machine in _others(situation, kubelets=not situation.holds_kubelets) if situation.disrupts else ():
        node = situation.observation.node(machine.name)
        if node is not None and not node.ready:
            yield Refusal(
                reason=f"node {machine.name} is not Ready, and others are to go out of service beside it",
                remedy=f"look at the kubelet of {machine.name}; or take {machine.name} out of the manifests",
                temporary=True,
                machine=machine.name,
            )
        elif node is not None and (lacks := _pressures(node)):
            yield Refusal(
                reason=f"node {machine.name} has too little {lacks} left, and takes no pods: neither those of machines"
                " that go out of service, nor the one by which kubeadm tries the cluster",
                remedy=f"make room on {machine.name}",
                temporary=True,
                machine=machine.name,
            )


def control_plane_pods(situation: Situation) -> Iterator[Refusal]:
    planes = situation.observation.control_planes
    for machine in _others(situation) if situation.disrupts and planes else ():
        seen = planes.get(machine.name, ControlPlaneSeen())
        problems = _problems(seen) if machine.role == "control-plane" else []
        if problems:
            yield Refusal(
                reason=f"control plane {machine.name} is not well: {'; '.join(problems)}",
                remedy=f"look at its static pods: `crictl ps -a` on {machine.name}, and the kubelet's log",
                temporary=True,
                machine=machine.name,
            )


def _others(situation: Situation, *, kubelets: bool = True) -> Iterator[Machine]:
    """Return the machines of the manifests that are, or may be, members, but for those that this plan makes whole.

    `kubelets`: the plan does so where it replaces them.
    """
    for machine in situation.cluster.machines:
        facts = situation.facts(machine)
        cut_off = was_cut_off(situation.cluster, situation.observation, machine)
        made_whole = cut_off and situation.is_upgrading(machine) and kubelets
        if (facts is None or facts.is_member) and not made_whole:
            yield machine


def _pressures(node: NodeSeen) -> str:
    """Return of what the kubelet has too little, "" for nothing."""
    found = {taint.key: _PRESSURES[taint.key] for taint in node.taints if taint.key in _PRESSURES}
    return " and ".join(found.values())


def _problems(seen: ControlPlaneSeen) -> list[str]:
    missing = [f"it has no {words}" for field, words in _COMPONENTS.items() if not getattr(seen, field)]
    return [*missing, *seen.unhealthy]
