"""One revision being carried out on one cluster: what an operator opens in Temporal's web UI."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from trailboss.model.messages import ChangeInput
    from trailboss.model.plan import Plan
    from trailboss.model.progress import ChangeResult
    from trailboss.workflows import destroying, endings, planning, problems
    from trailboss.workflows.change_state import ChangeState
    from trailboss.workflows.holds import Stopped
    from trailboss.workflows.permission import had_to_wait
    from trailboss.workflows.stage import StageRun


@workflow.defn
class ChangeWorkflow(ChangeState):
    """Plans from what is observed, carries the plan out stage by stage, and plans again until nothing remains."""

    @workflow.init
    def __init__(self, change: ChangeInput) -> None:
        super().__init__(change)

    @workflow.run
    async def run(self, change: ChangeInput) -> ChangeResult:
        self.keys.show(cluster=change.cluster, phase="Planning", revision=change.revision.short)
        try:
            result = await self._procedure()
        except Stopped as stopped:
            result = endings.stopped(change.revision, self.context.version, stopped.why, self.ledger)
        if self.plan and self.plan.destroys:
            result = destroying.ending(result, change.cluster)
        self.stage = result.outcome
        self.show_details()
        await self.finish_talking()
        return result

    async def _procedure(self) -> ChangeResult:
        while self.plans < planning.MOST_PLANS:
            plan = await self._make_plan()
            if plan.refusals:
                return endings.refused(self.context.revision, plan, self.ledger)
            if not self.ledger.open(plan):
                return self._ended()
            self.keys.show(phase="Changing", version=plan.kubernetes_version)
            if await self._carry_out(plan):
                self.plans += 1
                if self.ledger.problems or self.ledger.stopped or not planning.leads_on(plan):
                    return self._ended()
        return self._ended(in_vain=True)

    async def _make_plan(self) -> Plan:
        """Plan, again and again while something stands in the way that may pass by itself."""
        pause = None
        while True:
            self._enter("plan")
            self.plan = await planning.observe(self.context, self.holds)
            self._skip_those_away(self.plan)
            waits = planning.waits_for(self.plan, self.ledger.skipped)
            if not waits:
                self.context = self.context.model_copy(update={"version": self.plan.kubernetes_version})
                return self.plan
            await self._begin_anew_if_long()
            pause = planning.longer(pause)
            await self.holds.pause_for(waits, pause)

    async def _carry_out(self, plan: Plan) -> bool:
        """Run the plan's stages in their order; False if it has to be made anew before machines leave service."""
        asked = False
        for stage in plan.stages:
            if self.ledger.stopped:
                break
            if stage.disrupts and not asked and await had_to_wait(self.holds, plan):
                return False
            asked = asked or stage.disrupts
            self._enter(stage.name)
            await StageRun(self, self.context, stage).carry_out()
        return True

    def _enter(self, stage: str) -> None:
        self.stage = stage
        self.holds.phase = "Planning" if stage == "plan" else "Changing"
        self.show()

    def _skip_those_away(self, plan: Plan) -> None:
        """Leave out machines that do not answer and that the operator does not want to wait for."""
        for machine in plan.postponed:
            if self.holds.skips(machine):
                word = self.holds.answers.pop(machine)
                self.ledger.skipped[machine] = problems.skipped_away(self.context.cluster, machine, word)

    async def _begin_anew_if_long(self) -> None:
        """Go on with an empty history, for this wait may be a long one; only here is nothing under way."""
        if not workflow.info().is_continue_as_new_suggested():
            return
        await self.finish_talking()
        if not self.holds.stopping:
            workflow.continue_as_new(self.carried_over())

    def _ended(self, *, in_vain: bool = False) -> ChangeResult:
        return endings.ended(self.context.revision, self.context.version, self.ledger, in_vain=in_vain)
