"""Which machine's operation stands where within one change. Pure."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from trailboss.model.plan import MachineOperation, Plan
    from trailboss.model.progress import OperationProgress, StepState


class Ledger:
    """Keeps the operations of a plan in its order, with their states.

    `stopped`: a control plane has failed, so nothing further may begin. A machine that failed takes no further part.
    """

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], OperationProgress] = {}
        self.stopped = False

    def open(self, plan: Plan) -> None:
        for operation in plan.operations:
            self._entries[_key(operation)] = OperationProgress(
                machine=operation.machine,
                role=operation.role,
                operation=operation.operation,
                steps_total=len(operation.steps),
            )

    @property
    def operations(self) -> tuple[OperationProgress, ...]:
        return tuple(self._entries.values())

    @property
    def problems(self) -> tuple[str, ...]:
        return tuple(entry.problem for entry in self._entries.values() if entry.state == "failed")

    def takes_part(self, operation: MachineOperation) -> bool:
        return not any(
            entry.machine == operation.machine and entry.state == "failed" for entry in self._entries.values()
        )

    def mark(self, operation: MachineOperation, state: StepState, problem: str = "") -> None:
        changed: dict[str, object] = {"state": state, "problem": problem}
        if state == "done":
            changed["steps_done"] = len(operation.steps)
        self._entries[_key(operation)] = self._entries[_key(operation)].model_copy(update=changed)
        if state == "failed" and operation.role == "control-plane":
            self.stopped = True


def _key(operation: MachineOperation) -> tuple[str, str]:
    return operation.machine, operation.operation
