"""The stages of a plan, in order; a stage without operations is left out."""

from collections.abc import Iterable
from typing import Final

from trailboss.facts import MachineFacts
from trailboss.model.machine import Machine
from trailboss.model.plan import MachineOperation, Operation, Stage, Step
from trailboss.plan.settling import settling_steps
from trailboss.plan.situation import Situation
from trailboss.steps import PREPARE

AT_ONCE: Final = 16
"""Machines changed side by side where nothing but themselves depends on them."""

_ONLY_FOR_NEWCOMERS = {
    "images": "the kubelet removes images that nothing uses; a member pulls what it needs itself",
}


def stages(situation: Situation) -> tuple[Stage, ...]:
    found = (
        Stage(name="prepare machines", parallel=AT_ONCE, operations=_prepare(situation)),
        Stage(name="first control plane", parallel=1, operations=_init(situation)),
        Stage(name="control planes", parallel=1, operations=_join_control_planes(situation)),
        Stage(name="workers", parallel=AT_ONCE, operations=_join_workers(situation)),
        Stage(name="settle", parallel=AT_ONCE, operations=_settle(situation)),
    )
    return tuple(stage for stage in found if stage.operations)


def _prepare(situation: Situation) -> tuple[MachineOperation, ...]:
    wanted = ((machine, _missing(situation, machine, facts)) for machine, facts in situation.observed)
    return _operations("prepare", wanted)


def _missing(situation: Situation, machine: Machine, facts: MachineFacts) -> list[Step]:
    steps = []
    for name, step in PREPARE.items():
        if facts.is_member and name in _ONLY_FOR_NEWCOMERS:
            continue
        commands = step.commands(situation.cluster, machine, facts)
        if commands:
            steps.append(Step(name=name, reason=f"still to do: {'; '.join(command.summary for command in commands)}"))
    return steps


def _init(situation: Situation) -> tuple[MachineOperation, ...]:
    machine = situation.initial
    if machine is None:
        return ()
    facts = situation.facts(machine)
    cut_off = facts is not None and facts.half_made
    reason = "an earlier kubeadm init was cut off" if cut_off else "the cluster does not exist yet"
    return _operations("init", [(machine, [Step(name="kubeadm-init", reason=reason)])])


def _join_control_planes(situation: Situation) -> tuple[MachineOperation, ...]:
    return _operations(
        "join", ((machine, _control_plane_steps(situation, machine)) for machine in situation.cluster.control_planes)
    )


def _control_plane_steps(situation: Situation, machine: Machine) -> list[Step]:
    if machine in situation.joining:
        verify = Step(name="etcd-member", reason="the next control plane waits until this one is a voting etcd member")
        return [_join(situation, machine), verify]
    members = situation.observation.etcd_members
    if members is not None and situation.is_member(machine) and machine.name not in members:
        return [Step(name="etcd-member", reason="it has joined, and is not a started, voting etcd member")]
    return []


def _join_workers(situation: Situation) -> tuple[MachineOperation, ...]:
    joining = [machine for machine in situation.joining if machine.role == "worker"]
    return _operations("join", ((machine, [_join(situation, machine)]) for machine in joining))


def _join(situation: Situation, machine: Machine) -> Step:
    facts = situation.facts(machine)
    cut_off = facts is not None and facts.half_made
    reason = "an earlier kubeadm join was cut off" if cut_off else "it is not a member of the cluster yet"
    return Step(name="kubeadm-join", reason=reason)


def _settle(situation: Situation) -> tuple[MachineOperation, ...]:
    return _operations("settle", ((machine, settling_steps(situation, machine)) for machine, _ in situation.observed))


def _operations(kind: Operation, wanted: Iterable[tuple[Machine, list[Step]]]) -> tuple[MachineOperation, ...]:
    return tuple(
        MachineOperation(machine=machine.name, role=machine.role, operation=kind, steps=tuple(steps))
        for machine, steps in wanted
        if steps
    )
