from collections.abc import Iterable, Mapping

from trailboss.model.machine import Machine
from trailboss.model.plan import MachineOperation, Operation, Step


def operations(kind: Operation, wanted: Iterable[tuple[Machine, list[Step]]]) -> tuple[MachineOperation, ...]:
    """Return one operation for each machine that has steps to do."""
    return tuple(
        MachineOperation(machine=machine.name, role=machine.role, operation=kind, steps=tuple(steps))
        for machine, steps in wanted
        if steps
    )


def steps(reasons: Mapping[str, str]) -> list[Step]:
    """Return the steps of `reasons` (name → reason) in their order; one without a reason is left out."""
    return [Step(name=name, reason=reason) for name, reason in reasons.items() if reason]
