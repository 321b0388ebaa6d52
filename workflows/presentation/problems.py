"""What people read of a machine that did not come to its end: what, where, why, how it was left, how to go on. Pure."""

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, ChildWorkflowError

with workflow.unsafe.imports_passed_through():
    from trailboss.model.addons import AddonPlan
    from trailboss.model.control import Control
    from trailboss.model.plan import MachineOperation


def innermost(error: BaseException) -> str:
    """Return the words of what failed first: what the host said, not what Temporal wrapped around it."""
    cause: BaseException = error
    while isinstance(cause, ChildWorkflowError | ActivityError) and cause.cause:
        cause = cause.cause
    return cause.message if isinstance(cause, ApplicationError) else str(cause)


def failed(cluster: str, operation: MachineOperation, step: str, reason: str, left: str) -> str:
    """`reason`: with the end of the output; `left`: how the machine was left."""
    return f"{operation.operation} {operation.machine} failed at {step}: {reason}\n{left}; {_how_to_go_on(cluster)}"


def skipped(cluster: str, operation: MachineOperation, step: str, control: Control | None, left: str) -> str:
    """`control`: the operator's word; None: the change stopped."""
    why = f"skipped by {_who(control)}" if control else "the change stopped"
    again = f"; `trailboss retry {cluster}` takes it up again" if control else ""
    at = f" at {step}" if step else ""
    return f"{operation.operation} {operation.machine} ended{at}: {why}; {left}{again}"


def skipped_before(cluster: str, operation: MachineOperation, control: Control) -> str:
    return skipped(cluster, operation, "", control, "it was not touched")


def skipped_away(cluster: str, machine: str, control: Control) -> str:
    return f"{machine} does not answer: skipped by {_who(control)}; `trailboss retry {cluster}` takes it up again"


def did_not_stay_ready(cluster: str, operation: MachineOperation, reason: str) -> str:
    return failed(cluster, operation, "soak", f"its node did not stay Ready: {reason}", "it stays as it is")


def lost(cluster: str, operation: MachineOperation, error: BaseException) -> str:
    """Describe a machine whose workflow told nothing itself: it was cancelled or terminated."""
    told = isinstance(error, ChildWorkflowError) and isinstance(error.cause, ApplicationError)
    reason = innermost(error)
    return reason if told else failed(cluster, operation, "an unknown step", reason, "how it was left is not known")


def restore_failed(cluster: str, machine: str, step: str, reason: str) -> str:
    again = f"once the cause is gone, `trailboss snapshot restore {cluster}` begins anew"
    return f"the restore stopped on {machine} at {step}: {reason}\nno control plane is in service; {again}"


def addon_failed(cluster: str, addon: AddonPlan, reason: str) -> str:
    verb = "applied" if addon.operation == "apply" else "taken away"
    left = "what serves was left alone, and nothing of it was pruned" if addon.operation == "apply" else ""
    return f"addon {addon.name} was not {verb}: {reason}\n{f'{left}; ' if left else ''}{_how_to_go_on(cluster)}"


def addon_left_out(addon: AddonPlan, missing: tuple[str, ...]) -> str:
    return f"addon {addon.name} is left out: it depends on {', '.join(missing)}"


def _who(control: Control) -> str:
    return f"{control.by} ({control.why})" if control.why else control.by


def _how_to_go_on(cluster: str) -> str:
    return f"to go on, once the cause is gone: `trailboss retry {cluster}`, or push a commit"
