"""What people read in Temporal's web UI: current details as Markdown. Pure."""

from collections.abc import Sequence

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from trailboss.model.messages import StepResult
    from trailboss.model.plan import MachineOperation
    from trailboss.model.progress import ChangeProgress, ClusterStatus, OperationProgress

_MARKS = {"waiting": "⬜", "running": "⏳", "done": "✅", "failed": "❌"}


def machine(operation: MachineOperation, results: Sequence[StepResult]) -> str:
    """Show an operation's steps: those done with their result, the one under way, those to come with their reason."""
    lines = [f"**{operation.operation} {operation.machine}** ({operation.role})", ""]
    for index, step in enumerate(operation.steps):
        if index < len(results):
            lines.append(f"- {_MARKS['done']} {step.name}: {results[index].summary}")
        else:
            mark = _MARKS["running"] if index == len(results) else _MARKS["waiting"]
            lines.append(f"- {mark} {step.name}: {step.reason}")
    return "\n".join(lines)


def change(progress: ChangeProgress) -> str:
    """Show a change: its commit, whether it is held, and every machine's operation with its state."""
    revision = progress.revision
    lines = [f"**{revision.subject or revision.short}** (`{revision.short}`, {revision.author})", ""]
    if progress.paused:
        lines += ["⏸ **Paused.** Goes on after the signal `resume`.", ""]
    lines += [_operation(operation) for operation in progress.operations]
    if progress.plan:
        lines += [f"- ⛔ {refusal.reason} **{refusal.remedy}**" for refusal in progress.plan.refusals]
        lines += ["", *[f"> {note}" for note in progress.plan.notes]]
    return "\n".join(lines)


def cluster(status: ClusterStatus) -> str:
    """Show a cluster: phase, what is desired and applied, what was not taken and why, how the last change ended."""
    lines = [f"**{status.name}: {status.phase}** {status.message}", ""]
    if status.desired:
        lines.append(f"- desired: `{status.desired.short}` {status.desired.subject}")
    if status.applied:
        lines.append(f"- applied: `{status.applied.short}` Kubernetes {status.kubernetes_version}")
    if status.rejected:
        lines += ["", f"⚠️ `{status.rejected.revision.short}` was not taken; the last good revision stands:"]
        lines += [f"- {reason}" for reason in status.rejected.reasons]
    if status.last_result and status.last_result.problems:
        lines += ["", "❌ The last change failed:", *[f"- {problem}" for problem in status.last_result.problems]]
    return "\n".join(lines)


def _operation(operation: OperationProgress) -> str:
    problem = f" — {operation.problem}" if operation.problem else ""
    return f"- {_MARKS[operation.state]} {operation.operation} **{operation.machine}**{problem}"
