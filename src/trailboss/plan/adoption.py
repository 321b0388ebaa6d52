"""A cluster that others made, and that the manifests adopt: it counts as ours, and its hosts get their marks first."""

from typing import Final

from trailboss.model.plan import MachineOperation, Stage
from trailboss.plan import settings
from trailboss.plan.observation import Observation
from trailboss.plan.operations import operations, steps
from trailboss.plan.situation import Situation
from trailboss.steps.taking_over import can_be_taken_over, counted_as_adopted

AT_ONCE: Final = 16


def with_adopted(situation: Situation) -> Situation:
    """Return the situation in which hosts that can be taken over count as members, which they are."""
    seen = situation.observation
    found = {
        machine.name: counted_as_adopted(situation.cluster, facts)
        for machine, facts in situation.observed
        if can_be_taken_over(situation.cluster, facts)
    }
    if not found:
        return situation
    update = {"machines": {**seen.machines, **found}, "taken_over": tuple(found)}
    return Situation(situation.manifests, seen.model_copy(update=update), situation.former)


def afterwards(situation: Situation) -> Situation:
    """Return the situation once its hosts have been taken over."""
    seen: Observation = situation.observation.model_copy(update={"taken_over": ()})
    return Situation(situation.manifests, seen, situation.former)


def taking_over(situation: Situation) -> tuple[Stage, ...]:
    """Return the stages of a plan that takes hosts over, and does nothing else."""
    taken = situation.observation.taken_over
    machines = [machine for machine in situation.cluster.machines if machine.name in taken]
    reasons = {"take-over": "it carries the cluster that the manifests adopt; it is marked, and nothing else is done"}
    found = (
        Stage(
            name="take over",
            parallel=AT_ONCE,
            operations=operations("adopt", ((machine, steps(reasons)) for machine in machines)),
        ),
        Stage(name="note settings", parallel=1, operations=_note(situation)),
    )
    return tuple(stage for stage in found if stage.operations)


def _note(situation: Situation) -> tuple[MachineOperation, ...]:
    """What the manifests say counts as theirs, so that it is taken back where it is taken out of them later."""
    recorded = situation.observation.recorded
    members = [machine for machine in situation.cluster.control_planes if situation.is_member(machine)]
    if recorded is None or not members or settings.to_record(situation) or recorded.own_kubelet is not None:
        return ()
    reason = "the manifests say what is recorded: an annotation of it tells that it is theirs"
    return operations("record", [(members[0], steps({"settings-record": reason}))])
