"""One revision being carried out on one cluster: what an operator opens in Temporal's web UI."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from trailboss.model.messages import ChangeContext, ChangeInput
    from trailboss.model.plan import Plan
    from trailboss.model.progress import ChangeProgress, ChangeResult
    from trailboss.workflows import details, keys, policies
    from trailboss.workflows.ledger import Ledger
    from trailboss.workflows.stage import Superseded, carry_out


@workflow.defn
class ChangeWorkflow:
    """Plans from what is observed, then carries the plan out, stage by stage."""

    @workflow.init
    def __init__(self, change: ChangeInput) -> None:
        self._context = ChangeContext(
            cluster=change.cluster,
            revision=change.revision,
            fence=change.fence,
            initialised_before=change.initialised_before,
        )
        self._paused = change.paused
        self._superseded = False
        self._stage = ""
        self._plan: Plan | None = None
        self.ledger = Ledger()

    @workflow.run
    async def run(self, change: ChangeInput) -> ChangeResult:
        keys.show(cluster=change.cluster, phase="Planning", revision=change.revision.short)
        plan = await self._make_plan()
        if plan.refusals:
            return self._refused(plan)
        if plan.changes_nothing:
            return self._result("nothing-to-do", "everything is as the manifests have it")
        keys.show(phase="Changing", version=plan.kubernetes_version)
        try:
            await self._stage_of(plan, "prepare machines")
            await self._stage_of(plan, "first control plane")
            await self._stage_of(plan, "control planes")
            await self._stage_of(plan, "workers")
            await self._stage_of(plan, "settle")
        except Superseded:
            return self._result("superseded", "a newer revision has come; stopped between machines")
        return self._ended()

    @workflow.signal
    def pause(self) -> None:
        self._paused = True
        self.show()

    @workflow.signal
    def resume(self) -> None:
        self._paused = False
        self.show()

    @workflow.signal
    def supersede(self) -> None:
        self._superseded = True

    @workflow.query
    def status(self) -> ChangeProgress:
        return ChangeProgress(
            revision=self._context.revision,
            workflow_id=workflow.info().workflow_id,
            stage=self._stage,
            paused=self._paused,
            operations=self.ledger.operations,
            plan=self._plan,
        )

    async def safe_point(self) -> None:
        """Hold here while paused; between machines is where a change may stop.

        Raises:
            Superseded: a newer revision waits.
        """
        await workflow.wait_condition(lambda: self._superseded or not self._paused)
        if self._superseded:
            raise Superseded

    def show(self) -> None:
        workflow.set_current_details(details.change(self.status()))

    async def _make_plan(self) -> Plan:
        self._stage = "plan"
        self._plan = await workflow.execute_activity(
            "plan_change",
            self._context,
            result_type=Plan,
            summary="observe all machines, compute the plan",
            start_to_close_timeout=policies.PLAN,
            heartbeat_timeout=policies.HEARTBEAT,
            retry_policy=policies.PATIENT,
        )
        self.ledger.open(self._plan)
        self.show()
        return self._plan

    async def _stage_of(self, plan: Plan, name: str) -> None:
        for stage in plan.stages:
            if stage.name == name and not self.ledger.stopped:
                self._stage = name
                await carry_out(self, self._context, stage)

    def _refused(self, plan: Plan) -> ChangeResult:
        problems = tuple(f"{refusal.reason} {refusal.remedy}" for refusal in plan.refusals)
        result = self._result("refused", f"{len(problems)} reason(s) not to begin; nothing was changed")
        return result.model_copy(update={"problems": problems})

    def _ended(self) -> ChangeResult:
        if not self.ledger.problems:
            return self._result("done", f"{len(self.ledger.operations)} operations carried out")
        result = self._result("failed", f"{len(self.ledger.problems)} machine(s) failed; the others serve on")
        return result.model_copy(update={"problems": self.ledger.problems})

    def _result(self, outcome: str, summary: str) -> ChangeResult:
        self._stage = outcome
        self.show()
        version = self._plan.kubernetes_version if self._plan else ""
        revision = self._context.revision
        return ChangeResult.model_validate(
            {"revision": revision, "outcome": outcome, "kubernetes_version": version, "summary": summary}
        )
