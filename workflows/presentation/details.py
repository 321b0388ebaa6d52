"""What people read of a change and of its machines in Temporal's web UI: current details as Markdown. Pure."""

from collections.abc import Iterator, Sequence

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from trailboss.model import links, names
    from trailboss.model.addons import AddonProgress
    from trailboss.model.messages import MachineInput, StepResult
    from trailboss.model.progress import ChangeProgress, ChangeReport, HeldMachine, OperationProgress
    from trailboss.model.revision import Revision
    from trailboss.plan.words import some
    from trailboss.workflows import policies
    from trailboss.workflows.presentation import ways

_MARKS = {"waiting": "⬜", "running": "⏳", "held": "✋", "done": "✅", "failed": "❌", "skipped": "⏭️"}


def machine(given: MachineInput, results: Sequence[StepResult], progress: OperationProgress) -> str:
    """Show an operation's steps: those done with their result, the one under way, those to come with their reason."""
    operation, context = given.operation, given.context
    change_id = names.change_id(context.cluster, context.revision.commit)
    lines = [f"**{operation.operation} {operation.machine}** ({operation.role}), part of {links.link(change_id)}", ""]
    lines += [_step_now(given, progress), ""]
    if progress.state == "held":
        lines += [f"✋ {progress.problem}", *ways.held(context.cluster, operation.machine)]
    elif progress.problem:
        lines += [progress.problem, ""]
    lines += _waited_for(context.cluster, progress)
    return "\n".join([*lines, "Steps:", "", *_steps(given, results, progress)])


def change(cluster_name: str, progress: ChangeProgress) -> str:
    """Show a change: its commit, hop and stage, what it waits for, and every machine's operation with its state."""
    revision, report = progress.revision, progress.report
    part_of = f"on {links.link(names.cluster_id(cluster_name), cluster_name)}"
    by = f", {revision.author}" if revision.author else ""
    lines = [f"**{revision.subject or revision.short}** (`{revision.short}`{by}) {part_of}", ""]
    hop = f", hop {progress.hop} of {progress.hops} to Kubernetes {report.version}" if progress.hops > 1 else ""
    lines += [f"Stage: **{progress.stage}**{hop}", "", *_counted(progress.operations)]
    if progress.stopping:
        lines += [f"⏹ **{progress.stopping.capitalize()}.** Stops at the next safe point.", ""]
    elif progress.paused:
        lines += ["⏸ **Paused** at the next safe point, between machines.", *ways.go_on(cluster_name)]
    lines += waits(cluster_name, report)
    for operation in progress.operations:
        lines += _waited_for(cluster_name, operation)
    lines += ["Machines:", ""] if progress.operations else []
    lines += [operation_line(operation, _page(cluster_name, revision, operation)) for operation in progress.operations]
    lines += addons(progress.addons)
    if progress.plan:
        lines += ["", *[f"- ⛔ {refusal.reason} **{refusal.remedy}**" for refusal in progress.plan.refusals]]
        lines += ["", *[f"> {note}" for note in progress.plan.notes]]
    return "\n".join(lines)


def waits(cluster_name: str, report: ChangeReport) -> list[str]:
    """Show what is waited for, who is held and why, and how operators answer."""
    lines = [f"⏳ **{report.message}**", ""] if report.phase in {"Held", "Waiting"} and not report.held else []
    if report.awaits_approval:
        lines += ways.begin(cluster_name)
    for held in report.held:
        lines += _held(cluster_name, held)
    return lines


def _step_now(given: MachineInput, progress: OperationProgress) -> str:
    steps, done = given.operation.steps, progress.steps_done
    if progress.state == "done" or done == len(steps):
        return f"All {len(steps)} steps are done."
    step, words = steps[done], policies.STEPS[steps[done].name].words
    return f"Step **{done + 1} of {len(steps)}**: {words}, because {step.reason}"


def _steps(given: MachineInput, results: Sequence[StepResult], progress: OperationProgress) -> Iterator[str]:
    for index, step in enumerate(given.operation.steps):
        if index < len(results):
            yield f"- {_MARKS['done']} {step.name}: {results[index].summary}"
        else:
            mark = _MARKS[progress.state] if index == len(results) else _MARKS["waiting"]
            yield f"- {mark} {step.name}: {step.reason}"


def _counted(operations: Sequence[OperationProgress]) -> list[str]:
    """Say how far it is. Steps of operations under way are theirs to tell."""
    if not operations:
        return []
    done = sum(one.state == "done" for one in operations)
    steps = f"{sum(one.steps_done for one in operations)} of {sum(one.steps_total for one in operations)} steps"
    now = [f"{one.operation} {one.machine}" for one in operations if one.state == "running"]
    under_way = f"; under way: {some(now)}" if now else ""
    return [f"**{done} of {len(operations)}** operations done, {steps}{under_way}", ""]


def _waited_for(cluster_name: str, operation: OperationProgress) -> list[str]:
    if not operation.waits:
        return []
    why = f"⏳ **{operation.machine}** is waited for at {operation.step}, {operation.waits_words}"
    return [why, "", *ways.away(cluster_name, operation.machine)]


def _held(cluster_name: str, held: HeldMachine) -> Iterator[str]:
    yield from (f"✋ **{held.machine}** is held at {held.step}:", "")
    yield from (f"- {reason}" for reason in held.reasons)
    yield from ("", "An operator decides:")
    yield from ways.held(cluster_name, held.machine)


def _page(cluster_name: str, revision: Revision, operation: OperationProgress) -> str:
    """Return a link to the machine's own workflow, "" where none was begun."""
    if operation.state == "waiting" or (operation.state == "skipped" and not operation.step):
        return ""
    own = names.machine_id(cluster_name, revision.commit, operation.machine, operation.operation)
    return links.link(own, operation.machine)


def addons(found: Sequence[AddonProgress]) -> list[str]:
    """Show a line for each addon, under a title if there are any."""
    return ["", "Addons:", "", *map(_addon, found)] if found else []


def _addon(addon: AddonProgress) -> str:
    words = addon.problem or addon.summary
    return f"- {_MARKS[addon.state]} {addon.operation} addon **{addon.name}**{f' — {words}' if words else ''}"


def operation_line(operation: OperationProgress, page: str = "") -> str:
    problem = f" — {operation.problem}" if operation.problem else ""
    return f"- {_MARKS[operation.state]} {operation.operation} **{page or operation.machine}**{problem}"
