"""How machines become members: the first control plane, further ones, workers."""

from trailboss.model.machine import Machine
from trailboss.model.plan import MachineOperation, Step
from trailboss.plan.operations import operations
from trailboss.plan.situation import Situation


def init(situation: Situation) -> tuple[MachineOperation, ...]:
    machine = situation.initial
    if machine is None:
        return ()
    facts = situation.facts(machine)
    cut_off = facts is not None and facts.half_made
    reason = "an earlier kubeadm init was cut off" if cut_off else "the cluster does not exist yet"
    return operations("init", [(machine, [Step(name="kubeadm-init", reason=reason)])])


def join_control_planes(situation: Situation) -> tuple[MachineOperation, ...]:
    return operations(
        "join", ((machine, _control_plane_steps(situation, machine)) for machine in situation.cluster.control_planes)
    )


def join_workers(situation: Situation) -> tuple[MachineOperation, ...]:
    joining = [machine for machine in situation.joining if machine.role == "worker"]
    return operations("join", ((machine, [_join(situation, machine)]) for machine in joining))


def _control_plane_steps(situation: Situation, machine: Machine) -> list[Step]:
    if machine in situation.joining:
        verify = Step(name="etcd-member", reason="the next control plane waits until this one is a voting etcd member")
        return [_join(situation, machine), verify]
    members = situation.observation.etcd_members
    if members is not None and situation.is_member(machine) and machine.name not in members:
        return [Step(name="etcd-member", reason="it has joined, and is not a started, voting etcd member")]
    return []


def _join(situation: Situation, machine: Machine) -> Step:
    facts = situation.facts(machine)
    cut_off = facts is not None and facts.half_made
    reason = "an earlier kubeadm join was cut off" if cut_off else "it is not a member of the cluster yet"
    return Step(name="kubeadm-join", reason=reason)
