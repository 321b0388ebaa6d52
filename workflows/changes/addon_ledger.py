"""Which addon stands where within one change. Pure."""

from collections.abc import Sequence

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from trailboss.model.addons import AddonPlan, AddonProgress, AddonState
    from trailboss.model.plan import Plan

_OVER = ("done", "failed", "skipped")


class AddonLedger:
    """Keeps the addons of all plans of a change, in their order. One that has ended is not begun again in it.

    A further plan of the same change finds an addon that failed still to be done: a retry is for operators, and pushes.
    """

    def __init__(self, so_far: Sequence[AddonProgress] = ()) -> None:
        self._entries = {one.name: one for one in so_far}

    def open(self, plan: Plan) -> bool:
        """Begin with a plan; True if something of it is still to be done."""
        for addon in plan.addons:
            if addon.name not in self._entries:
                self._entries[addon.name] = AddonProgress(
                    name=addon.name, operation=addon.operation, digest=addon.digest
                )
        return bool(self._waiting(plan))

    def still_to_do(self, plan: Plan, *, network: bool) -> tuple[AddonPlan, ...]:
        """Return those that have not ended; `network`: only what brings the pod network, and what that depends on."""
        waiting = self._waiting(plan)
        return _needed(waiting) if network else waiting

    def mark(self, addon: AddonPlan, state: AddonState, *, summary: str = "", problem: str = "") -> None:
        update = {"state": state, "summary": summary, "problem": problem}
        self._entries[addon.name] = self._entries[addon.name].model_copy(update=update)

    def missing_of(self, addon: AddonPlan) -> tuple[str, ...]:
        """Return what it depends on and what is not there, for it failed or was left out itself."""
        entries = (self._entries.get(name) for name in addon.depends_on)
        return tuple(one.name for one in entries if one and one.state in ("failed", "skipped"))

    @property
    def entries(self) -> tuple[AddonProgress, ...]:
        return tuple(self._entries.values())

    @property
    def ended(self) -> tuple[AddonProgress, ...]:
        return tuple(one for one in self.entries if one.state in _OVER)

    def _waiting(self, plan: Plan) -> tuple[AddonPlan, ...]:
        return tuple(one for one in plan.addons if self._entries[one.name].state not in _OVER)


def _needed(waiting: tuple[AddonPlan, ...]) -> tuple[AddonPlan, ...]:
    names = {one.name for one in waiting if one.network}
    for addon in reversed(waiting):  # what is depended on comes before, so one pass finds all
        if addon.name in names:
            names.update(addon.depends_on)
    return tuple(one for one in waiting if one.name in names)
