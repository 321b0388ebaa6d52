"""One machine's operation: its steps, one after the other."""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ApplicationError, FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from trailboss.model import names
    from trailboss.model.control import Control
    from trailboss.model.messages import MachineInput, StepResult
    from trailboss.model.plan import Step
    from trailboss.model.progress import HeldMachine, NotYet, OperationProgress, StepState
    from trailboss.workflows.calls import attempt
    from trailboss.workflows.calls.sending import tell_parent
    from trailboss.workflows.presentation import details, keys, problems
    from trailboss.workflows.presentation.shown import show
    from trailboss.workflows.stages.safety import make_safe


class Left(Exception):
    """The operation ends early, on the operator's word or because its change stops."""


@workflow.defn
class MachineWorkflow:
    """Carries out one MachineOperation. Every step verifies, acts and verifies by itself, so each may run again."""

    @workflow.init
    def __init__(self, machine: MachineInput) -> None:
        self._input = machine
        self._results: list[StepResult] = []
        self._state: StepState = "running"
        self._step = ""
        self._problem = ""
        self._not_yet: NotYet | None = None
        self._word: Control | None = None
        self._keys = keys.Shown()

    @workflow.run
    async def run(self, machine: MachineInput) -> OperationProgress:
        context = machine.context
        self._keys.show(cluster=context.cluster, phase="Changing", revision=context.revision.short)
        try:
            for step in machine.operation.steps:
                await self._carry_out(step)
            self._state, self._step = "done", ""
        except Left:
            await self._leave()
        except (FailureError, asyncio.CancelledError) as error:
            await self._fail(error)
            raise
        return self.status()

    @workflow.signal
    def obey(self, control: Control) -> None:
        """Hear from the change: "approve", "skip", or "abort" where the change stops."""
        self._word = control

    @workflow.signal(name=names.NOT_YET, unfinished_policy=workflow.HandlerUnfinishedPolicy.ABANDON)
    async def not_yet(self, told: NotYet) -> None:
        """Hear from an attempt that failed, and is followed by another, why it did; the change hears of it too."""
        if told.step == self._step and self._state == "running":
            await self._wait(told)

    @workflow.query
    def status(self) -> OperationProgress:
        operation = self._input.operation
        return OperationProgress(
            machine=operation.machine,
            role=operation.role,
            operation=operation.operation,
            state=self._state,
            step=self._step,
            steps_done=len(self._results),
            steps_total=len(operation.steps),
            problem=self._problem,
            waits=self._not_yet.reason if self._not_yet else "",
            attempts=self._not_yet.attempts if self._not_yet else 0,
        )

    async def _carry_out(self, step: Step) -> None:
        """Run the step to its end; one that is blocked runs again once the operator has approved.

        Raises:
            Left: it is not to come to its end.
        """
        self._step = step.name
        result = await self._execute(step, force=False)
        while result.blocked:
            await self._ask(result.blocked)
            result = await self._execute(step, force=True)
        self._results.append(result)
        if self._not_yet:
            await self._wait(None)
        self._show()

    async def _execute(self, step: Step, *, force: bool) -> StepResult:
        if self._must_leave():
            raise Left
        self._show()
        context, machine = self._input.context, self._input.operation.machine
        running = attempt.start(context, machine, step.name, force=force, why=f"because {step.reason}")
        try:
            await workflow.wait_condition(lambda: running.done() or self._must_leave())
            if running.done():
                return await running
        finally:
            await attempt.cancel(running)
        raise Left

    async def _wait(self, told: NotYet | None) -> None:
        """Show why the step has not come about yet, here and to the change; None: it has."""
        self._not_yet = told
        self._show()
        over = NotYet(machine=self._input.operation.machine, step=self._step)
        await tell_parent(names.NOT_YET, told or over)

    def _must_leave(self) -> bool:
        """A stop ends a drain, which may never end by itself; a machine that is being changed comes to its end."""
        told = self._word.action if self._word else ""
        return told == "skip" or (told == "abort" and self._step == "drain")

    async def _ask(self, blocked: tuple[str, ...]) -> None:
        """Hold until the operator approves.

        Raises:
            Left: it was skipped, or the change stops.
        """
        operation = self._input.operation
        held = HeldMachine(machine=operation.machine, operation=operation.operation, step=self._step, reasons=blocked)
        self._state, self._problem = "held", "; ".join(blocked)
        self._show()
        if self._word is None:
            await tell_parent("held", held)
        await workflow.wait_condition(lambda: self._word is not None)
        self._state, self._problem = "running", ""
        if self._must_leave():
            raise Left
        self._word = None
        self._show()

    async def _leave(self) -> None:
        """End early on the operator's word; the machine is left safe first."""
        left = await self._make_safe()
        word = self._word if self._word and self._word.action == "skip" else None
        cluster, operation = self._input.context.cluster, self._input.operation
        self._state, self._problem = "skipped", problems.skipped(cluster, operation, self._step, word, left)
        self._show()

    async def _fail(self, error: BaseException) -> None:
        """End with the error, in words that tell all; the machine is left safe first."""
        left, reason = await self._make_safe(), problems.innermost(error)
        self._state = "failed"
        self._problem = problems.failed(self._input.context.cluster, self._input.operation, self._step, reason, left)
        self._show()
        if not is_cancelled_exception(error):
            raise ApplicationError(self._problem, type="MachineFailed", non_retryable=True) from error

    async def _make_safe(self) -> str:
        self._not_yet = None
        done = [step.name for step in self._input.operation.steps[: len(self._results)]]
        return await make_safe(self._input, self._step, done)

    def _show(self) -> None:
        phase = "Held" if self._state == "held" else "Changing"
        waits = self._not_yet.reason if self._not_yet else ""
        self._keys.show(phase=phase, problem=self._problem or waits)
        show(details.machine(self._input, self._results, self.status()))
