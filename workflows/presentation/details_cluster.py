"""What people read of a cluster, and of what it does beside changes, in Temporal's web UI. Pure."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from trailboss.model import links, names
    from trailboss.model.plan import Plan
    from trailboss.model.progress import AuditEntry, ClusterStatus
    from trailboss.model.snapshots import RestorePlan, RestoreProgress, StoredSnapshots
    from trailboss.plan.words import some
    from trailboss.workflows.presentation import details, ways

_AUDIT_LINES = 10


def cluster(status: ClusterStatus) -> str:
    """Show a cluster: phase, what it waits for, what is desired and applied, how the last change ended, the audit."""
    lines = [f"**{status.name}: {status.phase}** {status.message}", ""]
    if status.report and status.desired:
        change = names.change_id(status.name, status.desired.commit)
        lines += [f"Under way, step by step: {links.link(change)}", "", *details.waits(status.name, status.report)]
    if status.paused:
        lines += ["⏸ **Paused.**", *ways.go_on(status.name)]
    if status.desired:
        lines += ["Revisions:", "", f"- desired: `{status.desired.short}` {status.desired.subject}"]
    if status.applied:
        lines.append(f"- applied: `{status.applied.short}` Kubernetes {status.kubernetes_version}")
    if status.rejected:
        lines += ["", f"⚠️ `{status.rejected.revision.short}` was not taken; the last good revision stands:", ""]
        lines += [f"- {reason}" for reason in status.rejected.reasons]
    lines += details.addons(status.addons)
    if status.drifts == "found":
        lines += ["", "⚠️ **Not as Git says any more:**", "", *(f"- {line}" for line in status.drift)]
        lines += ways.again(status.name, "Put it right")
    lines += _last(status)
    if status.audit:
        lines += ["", "Said by operators:", "", *[f"- {audit_words(entry)}" for entry in status.audit[-_AUDIT_LINES:]]]
    return "\n".join(lines)


def restore(progress: RestoreProgress) -> str:
    """Show a restore: what comes back where, and how far each control plane is."""
    plan = progress.plan
    if plan is None or plan.snapshot is None or plan.target is None:
        return "⏳ Looking at the store and at all control planes."
    lines = [f"**{_cluster(plan.cluster)} from {plan.snapshot.name} on {plan.target.machine}**", ""]
    for one in progress.operations:
        steps = f" ({one.steps_done} of {one.steps_total} steps{f', {one.step}' if one.step else ''})"
        lines.append(details.operation_line(one) + steps)
    return "\n".join([*lines, "", *(f"> {note}" for note in plan.notes)])


def snapshot(name: str, machine: str = "", came_to: str = "") -> str:
    """Show a snapshot: where it is taken, once that is known, and what it came to."""
    if not machine:
        return f"⏳ Looking for a control plane of {_cluster(name)} whose etcd is well."
    if not came_to:
        return f"⏳ Taken on **{machine}** of {_cluster(name)}."
    return f"✅ Taken on **{machine}** of {_cluster(name)}: {came_to}"


def asked(name: str) -> str:
    """Show a question to a cluster that has no answer yet."""
    return f"⏳ Looking at the machines of {_cluster(name)}; nothing is changed."


def plan(found: Plan) -> str:
    """Show a plan: its stages with their machines, what refuses it, what was seen and left alone."""
    lines = [f"**{_cluster(found.cluster)} to Kubernetes {found.kubernetes_version}**; nothing was changed.", ""]
    if found.changes_nothing:
        lines.append("Everything is as the manifests have it.")
    for stage in found.stages:
        machines = [f"{one.operation} {one.machine}" for one in stage.operations]
        steps = sum(len(one.steps) for one in stage.operations)
        lines.append(f"- {stage.name}: {some(machines)} ({steps} steps)")
    if found.addons:
        lines.append(f"- addons: {some([f'{one.operation} {one.name}' for one in found.addons])}")
    lines += [f"- ⛔ {refusal.reason} **{refusal.remedy}**" for refusal in found.refusals]
    return "\n".join([*lines, "", *(f"> {note}" for note in found.notes)])


def restore_plan(found: RestorePlan) -> str:
    """Show what a restore would do."""
    lines = [f"What a restore of {_cluster(found.cluster)} would do; nothing was changed.", ""]
    if found.snapshot and found.target:
        lines.append(f"- restore **{found.snapshot.name}** on **{found.target.machine}**")
    lines += [f"- take **{one.machine}** apart first" for one in found.resets]
    lines += [f"- without **{machine}**: {why}" for machine, why in found.lost.items()]
    lines += [f"- ⛔ {refusal}" for refusal in found.refusals]
    return "\n".join([*lines, "", *(f"> {note}" for note in found.notes)])


def stored(name: str, found: StoredSnapshots) -> str:
    """Show which snapshots there are."""
    lines = [f"{len(found.snapshots)} snapshot(s) of {_cluster(name)}, oldest first:", ""]
    sets = [f"- **{one.name}**, {one.size} bytes{one.missing and ': '}{one.missing}" for one in found.snapshots]
    return "\n".join([*lines, *sets])


def audit_words(entry: AuditEntry) -> str:
    """Show one line: when, who, what, why."""
    why = f": {entry.why}" if entry.why else ""
    return f"{entry.at} {entry.who} {entry.what} ({entry.revision or 'no revision'}){why}"


def _last(status: ClusterStatus) -> list[str]:
    result = status.last_result
    if result is None or not result.problems:
        return []
    change = links.link(names.change_id(status.name, result.revision.commit), "The last change")
    lines = ["", f"❌ {change}: {result.summary}", "", *(f"- {problem}" for problem in result.problems)]
    return lines + ([] if status.report else ["", "To go on:", *ways.again(status.name)])


def _cluster(name: str) -> str:
    return links.link(names.cluster_id(name), name)
