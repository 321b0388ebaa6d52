from typing import Final

from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.model.plan import MachineOperation, Plan, Stage
from trailboss.plan.compute import compute
from trailboss.plan.forecast.after import after
from trailboss.plan.observation import Observation
from trailboss.steps import PREPARE

MOST_PLANS: Final = 16
"""As many as a change carries out."""
_SETTLE: Final = ("pod-network", "labels-and-taints", "node-ready")
_ONCE: Final = frozenset((*PREPARE, *_SETTLE, "staged-binaries"))
_CHANGES_MEMBERS: Final = frozenset(("init", "join", "remove"))


def following(cluster: Cluster, observation: Observation, former: tuple[Machine, ...], plan: Plan) -> tuple[Plan, ...]:
    """Return the plans that are expected after `plan`, until nothing remains to be done; none after a refusal."""
    found: list[Plan] = []
    here, seen, done = plan, observation, _done(plan)
    while not here.changes_nothing and leads_on(here) and len(found) < MOST_PLANS and not cluster.destroy:
        seen = after(cluster, seen, former, here)
        here = _without(compute(cluster, seen, former), done)
        if here.changes_nothing or here.refusals:
            break
        found.append(here)
        done |= _done(here)
    return tuple(found)


def leads_on(plan: Plan) -> bool:
    """Tell whether the change looks at the cluster once more after this plan (`workflows/changes/planning.py`)."""
    upgrades = any(operation.operation == "upgrade" for operation in plan.operations)
    more = plan.later_versions or plan.postponed or upgrades or plan.destroys
    return bool(more) or any(stage.disrupts for stage in plan.stages)


def _done(plan: Plan) -> frozenset[tuple[str, str, str]]:
    """Return what need not be done again for the same version: (machine, step, version)."""
    version = plan.kubernetes_version
    steps = ((operation.machine, step.name) for operation in plan.operations for step in operation.steps)
    return frozenset((machine, step, version) for machine, step in steps if step in _ONCE)


def _without(plan: Plan, done: frozenset[tuple[str, str, str]]) -> Plan:
    """Leave out steps that were done, of which nothing could be told that a host would then tell."""
    if any(operation.operation in _CHANGES_MEMBERS for operation in plan.operations):
        done = frozenset(one for one in done if one[1] not in _SETTLE)
    stages = (_stage(stage, plan.kubernetes_version, done) for stage in plan.stages)
    return plan.model_copy(update={"stages": tuple(stage for stage in stages if stage.operations)})


def _stage(stage: Stage, version: str, done: frozenset[tuple[str, str, str]]) -> Stage:
    operations = (_operation(operation, version, done) for operation in stage.operations)
    return stage.model_copy(update={"operations": tuple(one for one in operations if one.steps)})


def _operation(operation: MachineOperation, version: str, done: frozenset[tuple[str, str, str]]) -> MachineOperation:
    if operation.operation not in {"prepare", "stage", "settle"}:
        return operation
    left = (step for step in operation.steps if (operation.machine, step.name, version) not in done)
    return operation.model_copy(update={"steps": tuple(left)})
