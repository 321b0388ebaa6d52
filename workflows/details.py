"""What people read in Temporal's web UI: current details as Markdown. Pure."""

from collections.abc import Iterator, Sequence

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from trailboss.model.addons import AddonProgress
    from trailboss.model.messages import MachineInput, StepResult
    from trailboss.model.progress import (
        AuditEntry,
        ChangeProgress,
        ChangeReport,
        ClusterStatus,
        HeldMachine,
        OperationProgress,
    )
    from trailboss.model.snapshots import RestoreProgress

_MARKS = {"waiting": "⬜", "running": "⏳", "held": "✋", "done": "✅", "failed": "❌", "skipped": "⏭️"}
_AUDIT_LINES = 10


def machine(given: MachineInput, results: Sequence[StepResult], progress: OperationProgress) -> str:
    """Show an operation's steps: those done with their result, the one under way, those to come with their reason."""
    operation = given.operation
    lines = [f"**{operation.operation} {operation.machine}** ({operation.role})", ""]
    for index, step in enumerate(operation.steps):
        if index < len(results):
            lines.append(f"- {_MARKS['done']} {step.name}: {results[index].summary}")
        else:
            mark = _MARKS[progress.state] if index == len(results) else _MARKS["waiting"]
            lines.append(f"- {mark} {step.name}: {step.reason}")
    if progress.state == "held":
        lines += ["", f"✋ {progress.problem}", "", f"**{answers(given.context.cluster, operation.machine)}**"]
    elif progress.problem:
        lines += ["", progress.problem]
    lines += _waited_for(given.context.cluster, progress)
    return "\n".join(lines)


def change(cluster_name: str, progress: ChangeProgress) -> str:
    """Show a change: its commit, hop and stage, what it waits for, and every machine's operation with its state."""
    revision, report = progress.revision, progress.report
    lines = [f"**{revision.subject or revision.short}** (`{revision.short}`, {revision.author})", ""]
    hop = f", hop {progress.hop} of {progress.hops} to Kubernetes {report.version}" if progress.hops > 1 else ""
    lines += [f"Stage: **{progress.stage}**{hop}", ""]
    if progress.stopping:
        lines += [f"⏹ **{progress.stopping.capitalize()}.** Stops at the next safe point.", ""]
    elif progress.paused:
        lines += ["⏸ **Paused.** Goes on after the signal `resume`.", ""]
    lines += _waits(cluster_name, report)
    for operation in progress.operations:
        lines += _waited_for(cluster_name, operation)
    lines += map(_operation, progress.operations)
    lines += map(_addon, progress.addons)
    if progress.plan:
        lines += [f"- ⛔ {refusal.reason} **{refusal.remedy}**" for refusal in progress.plan.refusals]
        lines += ["", *[f"> {note}" for note in progress.plan.notes]]
    return "\n".join(lines)


def cluster(status: ClusterStatus) -> str:
    """Show a cluster: phase, what it waits for, what is desired and applied, how the last change ended, the audit."""
    lines = [f"**{status.name}: {status.phase}** {status.message}", ""]
    if status.report:
        lines += _waits(status.name, status.report)
    if status.desired:
        lines.append(f"- desired: `{status.desired.short}` {status.desired.subject}")
    if status.applied:
        lines.append(f"- applied: `{status.applied.short}` Kubernetes {status.kubernetes_version}")
    if status.rejected:
        lines += ["", f"⚠️ `{status.rejected.revision.short}` was not taken; the last good revision stands:"]
        lines += [f"- {reason}" for reason in status.rejected.reasons]
    if status.addons:
        lines += ["", "Addons:", *map(_addon, status.addons)]
    if status.last_result and status.last_result.problems:
        lines += ["", f"❌ The last change: {status.last_result.summary}"]
        lines += [f"- {problem}" for problem in status.last_result.problems]
    if status.audit:
        lines += ["", "Said by operators:", *[f"- {audit_words(entry)}" for entry in status.audit[-_AUDIT_LINES:]]]
    return "\n".join(lines)


def restore(progress: RestoreProgress) -> str:
    """Show a restore: what comes back where, and how far each control plane is."""
    plan = progress.plan
    if plan is None or plan.snapshot is None or plan.target is None:
        return ""
    lines = [f"**{plan.cluster} from {plan.snapshot.name} on {plan.target.machine}**", ""]
    for one in progress.operations:
        steps = f" ({one.steps_done} of {one.steps_total} steps{f', {one.step}' if one.step else ''})"
        lines.append(_operation(one) + steps)
    return "\n".join([*lines, "", *(f"> {note}" for note in plan.notes)])


def answers(cluster_name: str, machine_name: str) -> str:
    """Say how an operator answers for a machine that is held."""
    where = f"{cluster_name} {machine_name}"
    return f"Go on all the same: `trailboss approve {where}`; leave it alone: `trailboss skip {where}`"


def ways_on(cluster_name: str, machine_name: str) -> str:
    """Say how to go on from a machine whose step is tried again and again."""
    return f"Bring it back, and it goes on by itself; or leave it out: `trailboss skip {cluster_name} {machine_name}`"


def audit_words(entry: AuditEntry) -> str:
    """Show one line: when, who, what, why."""
    why = f": {entry.why}" if entry.why else ""
    return f"{entry.at} {entry.who} {entry.what} ({entry.revision or 'no revision'}){why}"


def _waits(cluster_name: str, report: ChangeReport) -> list[str]:
    lines = [f"⏳ **{report.message}**", ""] if report.phase in {"Held", "Waiting"} and not report.held else []
    if report.awaits_approval:
        lines += [
            f"**Let it begin: `trailboss approve {cluster_name}`; or stop: `trailboss abort {cluster_name}`**",
            "",
        ]
    for held in report.held:
        lines += _held(cluster_name, held)
    return lines


def _waited_for(cluster_name: str, operation: OperationProgress) -> list[str]:
    if not operation.waits:
        return []
    why = f"⏳ **{operation.machine}** is waited for at {operation.step}, {operation.waits_words}"
    return ["", why, "", f"**{ways_on(cluster_name, operation.machine)}**", ""]


def _held(cluster_name: str, held: HeldMachine) -> Iterator[str]:
    yield f"✋ **{held.machine}** is held at {held.step}:"
    yield from (f"- {reason}" for reason in held.reasons)
    yield from ("", f"**{answers(cluster_name, held.machine)}**", "")


def _addon(addon: AddonProgress) -> str:
    words = addon.problem or addon.summary
    return f"- {_MARKS[addon.state]} {addon.operation} addon **{addon.name}**{f' — {words}' if words else ''}"


def _operation(operation: OperationProgress) -> str:
    problem = f" — {operation.problem}" if operation.problem else ""
    return f"- {_MARKS[operation.state]} {operation.operation} **{operation.machine}**{problem}"
