"""One revision being carried out on one cluster: what an operator opens in Temporal's web UI."""

import asyncio
from typing import Literal

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from trailboss.model.control import Control
    from trailboss.model.messages import ChangeInput
    from trailboss.model.plan import Plan
    from trailboss.model.progress import ChangeResult
    from trailboss.workflows import patches
    from trailboss.workflows.changes import endings, planning
    from trailboss.workflows.changes.addons import AddonsRun
    from trailboss.workflows.changes.holds import Stopped
    from trailboss.workflows.changes.state import ChangeState
    from trailboss.workflows.clusters import destroying
    from trailboss.workflows.presentation import problems
    from trailboss.workflows.stages.groups import groups
    from trailboss.workflows.stages.permission import had_to_wait
    from trailboss.workflows.stages.stage import StageRun


_NODES_READY = "settle"  # the stage that waits for every node to be Ready


@workflow.defn
class ChangeWorkflow(ChangeState):
    """Plans from what is observed, carries the plan out stage by stage, and plans again until nothing remains."""

    @workflow.init
    def __init__(self, change: ChangeInput) -> None:
        super().__init__(change)

    @workflow.run
    async def run(self, change: ChangeInput) -> ChangeResult:
        self.keys.show(cluster=change.cluster, phase="Planning", revision=change.revision.short)
        procedure = asyncio.create_task(self._procedure())
        try:
            await workflow.wait_condition(procedure.done)
        except asyncio.CancelledError:
            if workflow.patched(patches.CANCELLED):
                await self.take(Control(action="abort", by="Temporal", why="the workflow was cancelled"))
            else:
                procedure.cancel()
        return await self._end(procedure)

    async def _end(self, procedure: asyncio.Task[ChangeResult]) -> ChangeResult:
        try:
            result = await procedure
        except Stopped as stopped:
            result = endings.stopped(self.context.revision, self.context.version, stopped.why, self.ledger)
        result = endings.with_addons(result, self.plan, self.addons.ended)
        if self.plan and self.plan.destroys:
            result = destroying.ending(result, self.context.cluster)
        self.stage = result.outcome
        self.show_details()
        await self.finish_talking()
        return result

    async def _procedure(self) -> ChangeResult:
        while True:
            await self._begin_anew_on_the_way()
            plan = await self._make_plan()
            if plan.refusals:
                return endings.refused(self.context.revision, plan, self.ledger)
            machines, addons = self.ledger.open(plan), self.addons.open(plan)
            if not machines and not addons:
                return self._ended(in_vain=False)
            if self.plans == planning.MOST_PLANS:
                return self._ended(in_vain=True)
            self.holds.forget_approvals()
            self.keys.show(phase="Changing", version=plan.kubernetes_version)
            carried_out = await self._carry_out(plan)
            if carried_out != "waited" and (self.ledger.problems or self.ledger.stopped):
                return self._ended(in_vain=False)
            if carried_out == "all":
                self.plans += 1
                if not planning.leads_on(plan):
                    return self._ended(in_vain=False)

    async def _make_plan(self) -> Plan:
        """Plan, again and again while something stands in the way that may pass by itself."""
        pause = None
        self._enter("plan")
        while True:
            self.plan = await planning.observe(self.context, self.holds)
            self._skip_those_away(self.plan)
            waits = planning.waits_for(self.plan, self.ledger.skipped)
            if not waits:
                self.lead_to(self.plan.kubernetes_version)
                return self.plan
            await self._begin_anew_if_long()
            pause = planning.longer(pause)
            await self.holds.wait(waits, pause, eagerly=True)

    async def _carry_out(self, plan: Plan) -> Literal["all", "waited", "in part"]:
        """Run the plan's stages in their order.

        "waited": for a word or a window, before machines left service; "in part": until the window closed. What the
        plan was made from is old then.
        """
        asked = begun = False
        for stage, group in groups(plan):
            if self.ledger.stopped:
                break
            if stage.name == _NODES_READY:
                await self._apply_addons(plan, network=True)
            if begun:
                await self._begin_anew_on_the_way()
            if stage.disrupts and not asked and await had_to_wait(self.holds, plan):
                return "waited"
            asked, begun = asked or stage.disrupts, True
            self._enter(stage.name)
            if not await StageRun(self, self.context, stage, group, plan.windows).carry_out():
                return "in part"
        if not self.ledger.stopped and not self.ledger.problems:
            await self._apply_addons(plan, network=False)
        return "all"

    async def _apply_addons(self, plan: Plan, *, network: bool) -> None:
        """Apply what the plan has of addons; `network`: those alone that nodes need to become Ready."""
        wanted = self.addons.still_to_do(plan, network=network)
        if wanted and workflow.patched(patches.ADDONS):
            self._enter("addons")
            await AddonsRun(self, self.context, wanted).carry_out()

    def _enter(self, stage: str) -> None:
        self.stage = stage
        self.holds.begin("Planning" if stage == "plan" else "Changing")

    def _skip_those_away(self, plan: Plan) -> None:
        """Leave out machines that do not answer and that the operator does not want to wait for."""
        for machine in plan.postponed:
            if self.holds.skips(machine):
                word = self.holds.answers.pop(machine)
                self.ledger.skipped[machine] = problems.skipped_away(self.context.cluster, machine, word)

    async def _begin_anew_on_the_way(self) -> None:
        """Likewise between plans, and between stages: the next run plans from what is then seen.

        Not after a failure: it is known to this run alone, and no further plan follows it.
        """
        long = workflow.info().is_continue_as_new_suggested()
        if long and not self.ledger.problems and workflow.patched(patches.BEGINS_ANEW):
            await self._begin_anew_if_long()

    async def _begin_anew_if_long(self) -> None:
        """Go on with an empty history if this one is long; nothing is under way here."""
        if not workflow.info().is_continue_as_new_suggested():
            return
        await self.finish_talking()
        if not self.holds.stopping:
            workflow.continue_as_new(self.carried_over())

    def _ended(self, *, in_vain: bool) -> ChangeResult:
        return endings.ended(self.context.revision, self.context.version, self.ledger, in_vain=in_vain)
