"""Stages in groups: one parent has so many children at a time, and no more."""

from collections.abc import Iterator

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from trailboss.model.plan import MachineOperation, Plan, Stage
    from trailboss.workflows import patches

MOST = 400  # operations: 5 to 15 events each, and Temporal warns of histories beyond 10,000
Group = tuple[MachineOperation, ...]


def groups(plan: Plan) -> Iterator[tuple[Stage, Group]]:
    """Yield what of the plan follows each other; most stages are one group."""
    for stage in plan.stages:
        for group in _of(stage):
            yield stage, group


def _of(stage: Stage) -> tuple[Group, ...]:
    found = stage.operations
    if len(found) <= MOST or not workflow.patched(patches.IN_GROUPS):
        return (found,)
    return tuple(found[start : start + MOST] for start in range(0, len(found), MOST))
