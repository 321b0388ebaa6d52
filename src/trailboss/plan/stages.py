"""The stages of a plan, in order; a stage without operations is left out."""

from typing import Final

from trailboss.facts import MachineFacts
from trailboss.model.machine import Machine
from trailboss.model.plan import MachineOperation, Stage, Step
from trailboss.plan import joins, reconfigurations, removals, renewals, upgrades
from trailboss.plan.etcd import alive
from trailboss.plan.many import many_go
from trailboss.plan.operations import operations, steps
from trailboss.plan.settling import left_cordoned, settling_steps
from trailboss.plan.situation import Situation
from trailboss.steps import PREPARE

AT_ONCE: Final = 16
"""Machines changed side by side where nothing but themselves depends on them."""

_ONLY_FOR_NEWCOMERS = {
    "images": "the kubelet removes images that nothing uses; a member pulls what it needs itself",
    "kubelet-service": "a member's kubelet restarts in its turn, one batch after the other",
}
_LEFT_TO_UPGRADES = {
    "binaries": "the kubelet must stay what it is until its machine is empty",
    "containerd": "another version may bring another sandbox image, and it restarts for that",
}


def stages(situation: Situation) -> tuple[Stage, ...]:
    found = (
        Stage(
            name="renew certificates",
            parallel=1,
            operations=renewals.renew_certificates(situation),
            disrupts=True,
        ),
        Stage(name="stage artifacts", parallel=AT_ONCE, operations=upgrades.stage_artifacts(situation)),
        Stage(name="prepare machines", parallel=AT_ONCE, operations=_prepare(situation)),
        Stage(name="snapshot", parallel=1, operations=_snapshot(situation)),
        _remove(situation, "remove replaced hosts", removals.remove_replaced(situation)),
        _remove(situation, "remove control planes", removals.remove_first(situation)),
        Stage(name="first control plane", parallel=1, operations=joins.init(situation)),
        Stage(name="control planes", parallel=1, operations=joins.join_control_planes(situation)),
        Stage(name="workers", parallel=AT_ONCE, operations=joins.join_workers(situation)),
        Stage(
            name="upgrade control planes",
            parallel=1,
            operations=upgrades.upgrade_control_planes(situation),
            disrupts=True,
        ),
        _upgrade_workers(situation),
        Stage(
            name="reconfigure control planes",
            parallel=1,
            operations=reconfigurations.control_planes(situation),
            disrupts=True,
        ),
        Stage(name="record settings", parallel=1, operations=reconfigurations.record(situation)),
        Stage(
            name="kubelets of control planes",
            parallel=1,
            operations=reconfigurations.kubelets(situation, "control-plane"),
            disrupts=True,
        ),
        _in_batches(situation, "kubelets of workers", reconfigurations.kubelets(situation, "worker")),
        _remove(situation, "remove machines", removals.remove_machines(situation)),
        Stage(name="settle", parallel=AT_ONCE, operations=_settle(situation)),
    )
    return tuple(stage for stage in found if stage.operations)


def _upgrade_workers(situation: Situation) -> Stage:
    return _in_batches(situation, "upgrade workers", upgrades.upgrade_workers(situation))


def _in_batches(situation: Situation, name: str, found: tuple[MachineOperation, ...]) -> Stage:
    rollout, workers = situation.cluster.rollout, situation.cluster.workers
    return Stage(
        name=name,
        parallel=rollout.max_unavailable.of(len(workers)),
        operations=found,
        disrupts=True,
        first_alone=rollout.first_alone,
        soak_seconds=rollout.soak.total_seconds(),
        failure_budget=rollout.failure_budget,
    )


def _remove(situation: Situation, name: str, found: tuple[MachineOperation, ...]) -> Stage:
    """Taking out what is dead already disrupts nothing, and need not wait for a window; unless it is many at once."""
    drains = any(step.name == "drain" for operation in found for step in operation.steps)
    return Stage(name=name, parallel=1, operations=found, disrupts=drains or many_go(situation))


def _prepare(situation: Situation) -> tuple[MachineOperation, ...]:
    wanted = ((machine, _missing(situation, machine, facts)) for machine, facts in situation.observed)
    return operations("prepare", wanted)


def _missing(situation: Situation, machine: Machine, facts: MachineFacts) -> list[Step]:
    if situation.is_waiting(machine) and situation.route.later:
        return []  # what is brought now would be of a version that it never runs
    skipped = set(_ONLY_FOR_NEWCOMERS) if facts.is_member else set()
    if situation.is_upgrading(machine):
        skipped |= set(_LEFT_TO_UPGRADES)
    wanted = {name: step for name, step in PREPARE.items() if name not in skipped}
    missing = {name: step.commands(situation.cluster, machine, facts) for name, step in wanted.items()}
    words = {name: "; ".join(command.summary for command in commands) for name, commands in missing.items()}
    found = {name: f"still to do: {text}" for name, text in words.items() if text}
    return steps({**found, "uncordon": _give_back(situation, machine)})


def _give_back(situation: Situation, machine: Machine) -> str:
    """What stands idle although it is well serves again before anything else goes out of service."""
    node = situation.observation.node(machine.name)
    return left_cordoned(situation, machine) if node is not None and node.ready else ""


def _snapshot(situation: Situation) -> tuple[MachineOperation, ...]:
    """Take one from a member that lives, before any control plane of a running cluster comes, changes or goes."""
    joining = [machine for machine in situation.joining if machine.role == "control-plane"]
    going = [one for one in situation.leaving if one.control_plane]
    members = [machine for machine in situation.cluster.control_planes if situation.is_member(machine)]
    if not members or not (
        joining or going or situation.upgrading_control_planes or reconfigurations.control_planes(situation)
    ):
        return ()
    living = alive(situation.observation)
    source = next((machine for machine in members if machine.name in living), members[0])
    reason = "control planes change next, and this is what a restore would begin with"
    return operations("snapshot", [(source, steps({"etcd-snapshot": reason}))])


def _settle(situation: Situation) -> tuple[MachineOperation, ...]:
    there = (machine for machine, _ in situation.observed if not situation.is_waiting(machine))
    return operations("settle", ((machine, settling_steps(situation, machine)) for machine in there))
