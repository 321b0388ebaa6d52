"""Carries out what a plan has of addons: one after the other. One that fails stops nothing but what depends on it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from temporalio import workflow
from temporalio.exceptions import ActivityError
from temporalio.workflow import ActivityCancellationType, ActivityHandle

with workflow.unsafe.imports_passed_through():
    from trailboss.model.addons import AddonPlan, AddonResult, AddonState
    from trailboss.model.messages import AddonInput, ChangeContext
    from trailboss.plan import titles
    from trailboss.workflows import policies
    from trailboss.workflows.calls import attempt
    from trailboss.workflows.changes.addon_ledger import AddonLedger
    from trailboss.workflows.changes.holds import Holds, Stopped
    from trailboss.workflows.presentation import problems

_WORDS = {"apply": "apply addon {}, wait until it is healthy", "remove": "take away addon {}"}


class Change(Protocol):
    """What this needs of the change that it belongs to."""

    addons: AddonLedger
    holds: Holds

    def show(self) -> None: ...


class AddonsRun:
    def __init__(self, change: Change, context: ChangeContext, wanted: Sequence[AddonPlan]) -> None:
        self._change, self._context, self._wanted = change, context, wanted

    async def carry_out(self) -> None:
        """Apply and remove, in the plan's order, with a safe point before each.

        Raises:
            Stopped: the change stops; nothing of this is under way any more.
        """
        for addon in self._wanted:
            await self._change.holds.safe_point()
            missing = self._change.addons.missing_of(addon)
            if missing:
                self._mark(addon, problem=problems.addon_left_out(addon, missing), state="skipped")
            else:
                await self._carry_out(addon)

    async def _carry_out(self, addon: AddonPlan) -> None:
        self._mark(addon, state="running")
        try:
            result = await self._attend(self._start(addon))
        except ActivityError as error:
            problem = problems.addon_failed(self._context.cluster, addon, problems.innermost(error))
            self._mark(addon, state="failed", problem=problem)
        except Stopped:
            self._mark(addon, state="waiting")
            raise
        else:
            self._mark(addon, state="done", summary=result.summary)

    async def _attend(self, running: ActivityHandle[AddonResult]) -> AddonResult:
        """Wait for its end, unless the change stops: what was applied stays, and the next plan goes on with it."""
        holds = self._change.holds
        try:
            await workflow.wait_condition(lambda: running.done() or bool(holds.stopping))
            if running.done():
                return await running
        finally:
            await attempt.cancel(running)
        raise Stopped(holds.stopping)

    def _start(self, addon: AddonPlan) -> ActivityHandle[AddonResult]:
        longest = timedelta(seconds=addon.timeout_seconds) + policies.ADDON_BESIDE
        return workflow.start_activity(
            "apply_addon",
            AddonInput(context=self._context, addon=addon.name, operation=addon.operation),
            result_type=AddonResult,
            summary=titles.fitting(f"{_WORDS[addon.operation].format(addon.name)}, because {addon.reason}"),
            start_to_close_timeout=longest,
            schedule_to_close_timeout=longest * 2,
            heartbeat_timeout=policies.HEARTBEAT,
            retry_policy=policies.PATIENT,
            cancellation_type=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        )

    def _mark(self, addon: AddonPlan, *, state: AddonState, summary: str = "", problem: str = "") -> None:
        self._change.addons.mark(addon, state, summary=summary, problem=problem)
        self._change.show()
