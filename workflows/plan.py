"""What a revision would change, without changing anything."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from trailboss.model.messages import ChangeContext, PlanInput
    from trailboss.model.plan import Plan
    from trailboss.workflows import policies
    from trailboss.workflows.presentation import details_cluster
    from trailboss.workflows.presentation.shown import show


@workflow.defn
class PlanWorkflow:
    """Observes the machines of one cluster and computes the plan for one revision."""

    @workflow.run
    async def run(self, plan: PlanInput) -> Plan:
        show(details_cluster.asked(plan.cluster))
        computed: Plan = await workflow.execute_activity(
            "plan_change",
            ChangeContext(
                cluster=plan.cluster,
                revision=plan.revision,
                fence=0,
                initialised_before=plan.initialised_before,
                applied=plan.applied,
                destroy_confirmed=plan.destroy_confirmed,
            ),
            result_type=Plan,
            summary=f"observe {plan.cluster}, compute the plan for {plan.revision.short}",
            start_to_close_timeout=policies.PLAN,
            heartbeat_timeout=policies.HEARTBEAT,
            retry_policy=policies.PATIENT,
        )
        show(details_cluster.plan(computed))
        return computed
