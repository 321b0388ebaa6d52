"""The cluster as a whole: fail closed wherever going on could make a second cluster or break quorum."""

from collections.abc import Iterator
from datetime import timedelta

from trailboss.model.plan import Refusal
from trailboss.plan.certificates import due
from trailboss.plan.situation import Situation


def control_planes_exist(situation: Situation) -> Iterator[Refusal]:
    if not situation.cluster.control_planes:
        yield Refusal(
            reason=f"cluster {situation.cluster.name} has no control-plane machine",
            remedy="give at least one machine the role control-plane; three are highly available",
        )


def control_planes_answer(situation: Situation) -> Iterator[Refusal]:
    """What cannot be seen of the control plane is not changed: it may be the one that holds the quorum."""
    for machine in situation.unreachable:
        if machine.role == "control-plane":
            yield Refusal(
                reason=f"control plane {machine.name} cannot be looked at: {situation.why_unreachable(machine)}",
                remedy=f"bring {machine.name} ({machine.address}) back",
                temporary=True,
            )


def api_answers(situation: Situation) -> Iterator[Refusal]:
    if situation.was_initialised and situation.observation.nodes is None:
        members = ", ".join(machine.name for machine, facts in situation.observed if facts.is_member)
        yield Refusal(
            reason=f"the cluster exists ({members}), and no API server of it answers; it is never initialised again",
            remedy="bring the control plane back: look at the kubelet and at the static pods of its machines"
            + _ended_certificates(situation),
            temporary=True,
        )


def _ended_certificates(situation: Situation) -> str:
    """Say of which machines certificates have ended, where that may be why nobody answers."""
    ended = [
        machine.name for machine, facts in situation.observed if any(one.left <= timedelta() for one in due(facts))
    ]
    return f"; certificates have ended on {', '.join(ended)}: run `kubeadm certs renew all` there" if ended else ""


def not_initialised_elsewhere(situation: Situation) -> Iterator[Refusal]:
    if situation.was_initialised:
        return
    begun = any(facts.half_made for _, facts in situation.observed)
    if situation.observation.nodes is not None and not begun:
        yield Refusal(
            reason="an API server answers for this cluster, and none of its machines in the manifests is a member",
            remedy="check the machines' addresses and the cluster's endpoint: they lead to another cluster",
        )
    elif situation.observation.initialised_before:
        yield Refusal(
            reason="this cluster stood before, and none of the machines in the manifests is a member of it any more",
            remedy="put one of its control planes back into the manifests, or give the new cluster another name; what"
            " is left of the old one goes by `destroy: true`",
        )


def no_restore_half_way(situation: Situation) -> Iterator[Refusal]:
    """What the machine would be reset to, and initialised as, is a new cluster without anything in it."""
    for machine, facts in situation.observed:
        if facts.member == "restore-begun":
            yield Refusal(
                reason=f"a snapshot was being restored on {machine.name}, and that has not come to its end",
                remedy=f"restore it again: `trailboss snapshot restore {situation.cluster.name}`",
                machine=machine.name,
            )


def a_control_plane_stays(situation: Situation) -> Iterator[Refusal]:
    """The cluster lives on in its control planes: new ones join an old one, which goes only after that."""
    stays = any(situation.is_member(machine) for machine in situation.cluster.control_planes)
    if situation.was_initialised and situation.observation.nodes is not None and not stays:
        yield Refusal(
            reason="none of the control planes in the manifests is a member of the cluster that runs",
            remedy="keep one that is until the new ones have joined, and take it out in a later commit",
        )


def endpoint_stays(situation: Situation) -> Iterator[Refusal]:
    """Where the manifests name no endpoint, every kubelet asks the first control plane, and has since it joined."""
    going = [one.machine for one in situation.leaving if one.control_plane]
    everyone = (*situation.cluster.control_planes, *going)
    first = min(everyone, key=lambda machine: machine.name, default=None)
    if first is None or first not in going or situation.manifests.endpoint or not situation.was_initialised:
        return
    yield Refusal(
        reason=f"every node reaches the API at {first.node_address}, which is {first.name}, for the manifests name no"
        f" controlPlaneEndpoint: without {first.name} all of them are cut off",
        remedy=f"keep {first.name}; or give its address to a load balancer before the other control planes, and name"
        " that as the controlPlaneEndpoint",
        machine=first.name,
    )


def nodes_are_there(situation: Situation) -> Iterator[Refusal]:
    if situation.observation.nodes is None:
        return
    for machine, facts in situation.observed:
        if facts.is_member and situation.observation.node(machine.name) is None:
            yield Refusal(
                reason=f"{machine.name} has joined the cluster, and the API has no node of that name",
                remedy=f"if the node was deleted on purpose, run `kubeadm reset` on {machine.name} and remove"
                " /var/lib/trailboss/member there; else restart its kubelet, which registers it again",
            )


def roles_stay(situation: Situation) -> Iterator[Refusal]:
    for machine in situation.cluster.machines:
        node = situation.observation.node(machine.name)
        if node is not None and node.control_plane != (machine.role == "control-plane"):
            now = "control-plane" if node.control_plane else "worker"
            yield Refusal(
                reason=f"{machine.name} is a {now} and the manifests make it a {machine.role}",
                remedy="a machine keeps its role: remove it and add it under another name",
            )
