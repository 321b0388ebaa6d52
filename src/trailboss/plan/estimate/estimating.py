from collections.abc import Iterator, Sequence
from typing import Final

from trailboss.model.plan import Plan
from trailboss.model.preview import Disruption, Estimate
from trailboss.plan.estimate import table
from trailboss.plan.estimate.durations import Durations
from trailboss.plan.estimate.schedule import Clock, schedule
from trailboss.plan.words import some

_DRAINS: Final = "drains for as long as a disruption budget keeps pods, or pods take long to end"


def estimate(
    plans: Sequence[Plan], durations: Durations, *, control_planes: int, disruptions: Sequence[Disruption] = ()
) -> Estimate | None:
    """Return how long `plans`, one after the other, may take; None where they do nothing.

    `control_planes`: how many the cluster has. What cannot be foretold is named and not counted.
    """
    if not any(plan.stages for plan in plans):
        return None
    clocks = [Clock(durations, pace, alone=control_planes == 1) for pace in (0, 1, 2)]
    low, (seconds, spans), high = (schedule(plans, clock) for clock in clocks)
    middle = clocks[1]
    return Estimate(
        seconds=round(seconds, 1),
        low=round(min(low[0], seconds), 1),
        high=round(max(high[0], seconds), 1),
        steps=middle.steps,
        measured=middle.measured,
        table=table.MEASURED_ON,
        not_counted=tuple(_not_counted(plans, middle, disruptions)),
        spans=tuple(spans),
    )


def _not_counted(plans: Sequence[Plan], clock: Clock, disruptions: Sequence[Disruption]) -> Iterator[str]:
    disrupts = any(stage.disrupts for plan in plans for stage in plan.stages)
    if disrupts and any(plan.approval for plan in plans):
        yield "the wait for an operator's approval"
    if disrupts and any(plan.windows for plan in plans):
        yield "the wait for a window to open, and what does not end in it"
    if any(one.pods or one.blocked for one in disruptions):
        yield _DRAINS
    if any(plan.addons for plan in plans):
        yield "addons, and how long they take to be healthy"
    if clock.unknown:
        yield f"steps that nobody has measured yet: {some(sorted(clock.unknown))}"
    if away := [machine for plan in plans[:1] for machine in plan.postponed]:
        yield f"machines that do not answer now: {some(away)}"
    yield "attempts that fail, and the pauses after them"
