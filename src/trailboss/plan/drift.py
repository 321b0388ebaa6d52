"""What of a cluster is no longer as the revision has it that was last carried out on it. Pure."""

from collections.abc import Iterator

from trailboss.model.plan import Plan

MOST = 20  # lines; a status and a page are read by people, and `trailboss plan` has it all


def drift(plan: Plan) -> tuple[str, ...]:
    """Return a line for each thing that a plan of the applied revision would do or cannot do; none: all is as Git says.

    What passes by itself (a host that is away, a gate that does not hold just now) is no drift.
    """
    lines = list(_lines(plan))
    more = len(lines) - MOST
    return (*lines[:MOST], *([f"and {more} more"] if more > 0 else []))


def _lines(plan: Plan) -> Iterator[str]:
    for operation in plan.operations:
        yield f"{operation.operation} {operation.machine}: {operation.steps[0].reason}"
    for addon in plan.addons:
        yield f"{addon.operation} addon {addon.name}: {addon.reason}"
    for refusal in plan.refusals:
        if not refusal.temporary:
            yield refusal.reason
