"""One machine's operation: its steps, one after the other."""

from temporalio import workflow
from temporalio.workflow import ActivityCancellationType

with workflow.unsafe.imports_passed_through():
    from trailboss.model.messages import MachineInput, StepInput, StepResult
    from trailboss.model.plan import Step
    from trailboss.model.progress import OperationProgress
    from trailboss.workflows import details, keys, policies


@workflow.defn
class MachineWorkflow:
    """Carries out one MachineOperation. Every step verifies, acts and verifies by itself, so each may run again."""

    @workflow.init
    def __init__(self, machine: MachineInput) -> None:
        self._input = machine
        self._results: list[StepResult] = []
        self._step = ""

    @workflow.run
    async def run(self, machine: MachineInput) -> OperationProgress:
        keys.show(cluster=machine.context.cluster, phase="Changing", revision=machine.context.revision.short)
        for step in machine.operation.steps:
            await self._carry_out(step)
        return self.status()

    @workflow.query
    def status(self) -> OperationProgress:
        operation = self._input.operation
        done, total = len(self._results), len(operation.steps)
        return OperationProgress(
            machine=operation.machine,
            role=operation.role,
            operation=operation.operation,
            state="done" if done == total else "running",
            step="" if done == total else self._step,
            steps_done=done,
            steps_total=total,
        )

    async def _carry_out(self, step: Step) -> None:
        policy = policies.STEPS[step.name]
        self._step = step.name
        self._show()
        result = await workflow.execute_activity(
            step.name,
            StepInput(context=self._input.context, machine=self._input.operation.machine, step=step.name),
            result_type=StepResult,
            summary=f"{self._input.operation.machine}: {policy.words}",
            start_to_close_timeout=policy.longest,
            heartbeat_timeout=policies.HEARTBEAT,
            retry_policy=policies.PATIENT,
            cancellation_type=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        )
        self._results.append(result)
        self._show()

    def _show(self) -> None:
        workflow.set_current_details(details.machine(self._input.operation, self._results))
