"""What a machine still needs once it is a member: pod network, labels and taints, being Ready."""

from trailboss.model.machine import Machine, Taint
from trailboss.model.plan import Step
from trailboss.plan.observation import NodeSeen
from trailboss.plan.situation import Situation
from trailboss.steps import pod_network

_CONTROL_PLANE_TAINT = "node-role.kubernetes.io/control-plane:NoSchedule"


def settling_steps(situation: Situation, machine: Machine) -> list[Step]:
    reasons = {
        "pod-network": _pod_network(situation, machine),
        "labels-and-taints": _labels_and_taints(situation, machine),
        "node-ready": _node_ready(situation, machine),
        "uncordon": _uncordon(situation, machine),
    }
    return [Step(name=name, reason=reason) for name, reason in reasons.items() if reason]


def _pod_network(situation: Situation, machine: Machine) -> str:
    if situation.cluster.pod_network != "routes":
        return ""
    if situation.membership_changes:
        return "machines come or go, and every node needs routes to the pods of all others"
    facts, nodes = situation.facts(machine), situation.observation.nodes or ()
    if facts is None:
        return ""
    routes = {node.name: (node.internal_address, node.pod_cidr) for node in nodes if node.pod_cidr}
    missing = pod_network.commands(situation.cluster, machine, facts, routes)
    return f"still to do: {'; '.join(command.summary for command in missing)}" if missing else ""


def _labels_and_taints(situation: Situation, machine: Machine) -> str:
    node = situation.observation.node(machine.name)
    if node is None:
        return "the manifests give it labels or taints" if machine.labels or machine.taints is not None else ""
    differing = sorted({*_labels(machine, node), *_taints(machine, node)})
    return f"differing from the manifests: {', '.join(differing)}" if differing else ""


def _labels(machine: Machine, node: NodeSeen) -> list[str]:
    """Return keys of labels that are not as the manifest has them; what others set is left alone."""
    wrong = [key for key, value in machine.labels.items() if node.labels.get(key) != value]
    return wrong + [key for key in node.owned_labels if key in node.labels and key not in machine.labels]


def _taints(machine: Machine, node: NodeSeen) -> list[str]:
    if machine.taints is None:
        return []
    missing = [_name(taint) for taint in machine.taints if taint not in node.taints]
    ours = {*node.owned_taints, _CONTROL_PLANE_TAINT}
    return missing + [_name(taint) for taint in node.taints if taint not in machine.taints and _name(taint) in ours]


def _name(taint: Taint) -> str:
    return f"{taint.key}:{taint.effect}"


def _node_ready(situation: Situation, machine: Machine) -> str:
    if not situation.is_member(machine):
        return "it has only just joined"
    if situation.is_upgrading(machine):
        return ""  # what upgrades it waits for that, too
    node = situation.observation.node(machine.name)
    return "" if node is None or node.ready else "it is not Ready"


def left_cordoned(situation: Situation, machine: Machine) -> str:
    """Return why a node has to be brought back into service: an earlier change of ours took it out."""
    node = situation.observation.node(machine.name)
    left = node is not None and node.cordoned_by and not situation.is_upgrading(machine)
    return f"{node.cordoned_by} took it out of service and did not give it back" if node and left else ""


def _uncordon(situation: Situation, machine: Machine) -> str:
    """A node that is Ready was given back before anything else went out of service."""
    node = situation.observation.node(machine.name)
    return left_cordoned(situation, machine) if node is not None and not node.ready else ""
