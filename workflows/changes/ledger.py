"""Which machine's operation stands where within one change. Pure."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from trailboss.model.plan import MachineOperation, Plan, Stage
    from trailboss.model.progress import NotYet, OperationProgress, StepState


class Ledger:
    """Keeps the operations of a plan in its order, with their states; and over all plans, who takes no further part.

    `stopped`: why nothing further may begin, "" while it may. A machine that failed or was skipped takes no further
    part; `skipped` has the reasons of those that were. `carried_out`: operations done in this plan and before it.
    """

    def __init__(self, *, carried_out: int = 0, skipped: dict[str, str] | None = None) -> None:
        self._entries: dict[tuple[str, str], OperationProgress] = {}
        self._before = carried_out
        self.skipped = dict(skipped or {})
        self.stopped = ""

    def open(self, plan: Plan) -> bool:
        """Begin with a plan; True if it has an operation in which its machine takes part."""
        self._before, self._entries = self.carried_out, {}
        for operation in plan.operations:
            machine = operation.machine
            self._entries[_key(operation)] = OperationProgress(
                machine=machine,
                role=operation.role,
                operation=operation.operation,
                state="skipped" if machine in self.skipped else "waiting",
                steps_total=len(operation.steps),
                problem=self.skipped.get(machine, ""),
            )
        return any(self.takes_part(operation) for operation in plan.operations)

    @property
    def operations(self) -> tuple[OperationProgress, ...]:
        return tuple(self._entries.values())

    @property
    def carried_out(self) -> int:
        return self._before + sum(entry.state == "done" for entry in self._entries.values())

    @property
    def problems(self) -> tuple[str, ...]:
        return tuple(entry.problem for entry in self._entries.values() if entry.state == "failed")

    def takes_part(self, operation: MachineOperation) -> bool:
        return operation.machine not in self.skipped and operation.machine not in self._failed()

    def is_done(self, operation: MachineOperation) -> bool:
        return self._entries[_key(operation)].state == "done"

    def mark(
        self, operation: MachineOperation, state: StepState, problem: str = "", *, step: str = "", done: int = 0
    ) -> None:
        """Note where an operation stands. `step`: at which it ended early; `done`: how many steps were, by then."""
        done = len(operation.steps) if state == "done" else done
        changed = {"state": state, "problem": problem, "step": step, "steps_done": done, "waits": "", "attempts": 0}
        self._entries[_key(operation)] = self._entries[_key(operation)].model_copy(update=changed)
        if state == "skipped":
            self.skipped[operation.machine] = problem
        # Emptied or not, a control plane at its drain is whole; skipped at any other step, it may not be.
        left_half_done = state == "failed" or (state == "skipped" and step not in {"", "drain"})
        if left_half_done and operation.role == "control-plane" and operation.operation != "destroy":
            self.stopped = f"control plane {operation.machine} is not done, so nothing further may begin"

    def note(self, told: NotYet) -> None:
        """Note why a machine's step has not come about yet, or that it has."""
        changed = {"step": told.step if told.reason else "", "waits": told.reason, "attempts": told.attempts}
        for key, entry in self._entries.items():
            if entry.machine == told.machine and entry.state == "running" and entry.step in {"", told.step}:
                self._entries[key] = entry.model_copy(update=changed)

    @property
    def waits(self) -> str:
        """Say which machines are waited for, and why; "" if none is."""
        return "; ".join(
            f"{entry.machine} is waited for at {entry.step}, {entry.waits_words}"
            for entry in self._entries.values()
            if entry.waits
        )

    def check_budget(self, stage: Stage) -> None:
        """Stop the change if more of the stage's machines have failed, now or earlier in this plan, than may."""
        failed = sorted({operation.machine for operation in stage.operations} & self._failed())
        if stage.disrupts and len(failed) > stage.failure_budget:
            self.stopped = f"{', '.join(failed)} failed, and the failure budget is {stage.failure_budget}"

    def _failed(self) -> set[str]:
        return {entry.machine for entry in self._entries.values() if entry.state == "failed"}


def _key(operation: MachineOperation) -> tuple[str, str]:
    return operation.machine, operation.operation
