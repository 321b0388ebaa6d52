"""When each operation of plans begins and ends, as a change runs them: stages, slots, the first alone, soaking."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from trailboss.model.plan import MachineOperation, Plan, Stage
from trailboss.model.preview import Span
from trailboss.plan.estimate.durations import Durations, Place
from trailboss.plan.forecast import leads_on

BETWEEN_STEPS: Final = 0.05
BETWEEN_OPERATIONS: Final = 0.2
"""Seconds that Temporal takes, as measured."""
_LOOK: Final = "plan_change"
_SOAKED: Final = "node-ready"


@dataclass
class Clock:
    """Tells how long steps take. `pace` 0: as quick as they mostly are, 1: in between, 2: as slow.

    `alone`: there is one control plane. Counts what it was asked: `steps`, of them `measured` here, and `unknown`.
    """

    durations: Durations
    pace: int
    alone: bool = False
    steps: int = 0
    measured: int = 0
    unknown: set[str] = field(default_factory=set)

    def look(self) -> float:
        """Return the seconds that it takes to observe all machines and to plan."""
        found = self.durations.of(_LOOK, "plan", "worker")
        return found[self.pace] if found else 0

    def operation(self, operation: MachineOperation) -> float:
        steps = (self._step(step.name, operation) + BETWEEN_STEPS for step in operation.steps)
        return sum(steps) + BETWEEN_OPERATIONS

    def soak(self, stage: Stage, operation: MachineOperation) -> float:
        """Return how long the slot of a machine that has come to its end stays taken."""
        if not stage.soak_seconds:
            return 0
        looks = any(step.name == _SOAKED for step in operation.steps)
        return stage.soak_seconds + (self._seconds(_SOAKED, operation) or 0 if looks else 0)

    def _step(self, step: str, operation: MachineOperation) -> float:
        self.steps += 1
        found = self.durations.of(step, operation.operation, self._place(operation))
        if found is None:
            self.unknown.add(step)
            return 0
        self.measured += found.measured
        return float(found[self.pace])

    def _seconds(self, step: str, operation: MachineOperation) -> float:
        found = self.durations.of(step, operation.operation, self._place(operation))
        return float(found[self.pace]) if found else 0

    def _place(self, operation: MachineOperation) -> Place:
        if operation.role == "worker":
            return "worker"
        return "alone" if self.alone else "several"


def schedule(plans: Sequence[Plan], clock: Clock) -> tuple[float, list[Span]]:
    """Return when the last plan has come to its end, in seconds since the change's start, and each operation's span."""
    now, spans = 0.0, []
    for number, plan in enumerate(plans):
        now += clock.look()
        for stage in plan.stages:
            now, found = _stage(stage, now, clock)
            spans += [span.model_copy(update={"plan": number}) for span in found]
    return now + (clock.look() if plans and leads_on(plans[-1]) else 0), spans


def _stage(stage: Stage, begins: float, clock: Clock) -> tuple[float, list[Span]]:
    """Machines take the slots that are free first, in their order; the stage ends with the last of them."""
    slots, spans, last = [begins] * stage.parallel, [], begins
    for number, operation in enumerate(stage.operations):
        start = heapq.heappop(slots)
        ends = start + clock.operation(operation)
        free = ends + clock.soak(stage, operation)
        spans.append(_span(stage, operation, start, ends))
        heapq.heappush(slots, free)
        if number == 0 and stage.first_alone:
            slots = [free] * stage.parallel
        last = max(last, free)
    return last, spans


def _span(stage: Stage, operation: MachineOperation, begins: float, ends: float) -> Span:
    return Span(
        plan=0,
        stage=stage.name,
        machine=operation.machine,
        operation=operation.operation,
        begins=round(begins, 1),
        ends=round(ends, 1),
    )
