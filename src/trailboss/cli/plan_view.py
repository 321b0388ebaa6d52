"""How a plan looks on a terminal. Pure."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from trailboss.model.plan import MachineOperation, Plan, Refusal, Stage


def plan_view(plan: Plan) -> RenderableType:
    """Show stages, machines and steps with their reasons, then what the checks found, then notes."""
    stages = [stage_tree(number, stage) for number, stage in enumerate(plan.stages, start=1)]
    addons = [addons_tree(len(stages) + 1, plan)] if plan.addons else []
    return Group(headline(plan), *stages, *addons, *_before_it_begins(plan), *findings(plan))


def preflight_view(plan: Plan) -> RenderableType:
    """Show what the checks found: what is refused with its remedy, what is waived, what is noted."""
    words = f"refused for {len(plan.refusals)} reason(s)" if plan.refusals else "nothing stands in the way"
    return Group(Text.assemble((plan.cluster, "bold"), f" (Kubernetes {_change(plan)}): ", words), *findings(plan))


def findings(plan: Plan) -> Iterator[Text]:
    yield from map(_refusal, plan.refusals)
    for waived in plan.waived:
        yield Text.assemble(("waived: ", "bold yellow"), f"{_where(waived)}{waived.reason}")
    for note in plan.notes:
        yield Text(f"note: {note}", style="dim")


def _before_it_begins(plan: Plan) -> Iterator[Text]:
    if plan.approval:
        yield Text("before machines leave service: an operator approves", style="yellow")
    for window in plan.windows:
        days, hours = ", ".join(window.days), f"{window.duration.total_seconds() / 3600:g} h"
        yield Text(f"machines leave service only from {window.start} for {hours} ({window.zone}): {days}", "yellow")


def headline(plan: Plan) -> Text:
    count = len(plan.addons)
    addons = [f"{count} addon{'' if count == 1 else 's'}"] if count else []
    machines = [f"{len(plan.operations)} machine operations"] if plan.operations or not addons else []
    words = "nothing to do" if plan.changes_nothing else ", ".join([*machines, *addons])
    return Text.assemble((plan.cluster, "bold"), f" (Kubernetes {_change(plan)}): ", words)


def _change(plan: Plan) -> str:
    """Return the versions that it goes through: this plan's, then those of plans to follow."""
    version = plan.observed_version or "nothing"
    to_come = [*([plan.kubernetes_version] if version != plan.kubernetes_version else []), *plan.later_versions]
    return " → ".join([version, *to_come])


def stage_tree(number: int, stage: Stage) -> Tree:
    several = len(stage.operations) > 1
    pace = f", {stage.parallel} at a time" if stage.parallel > 1 else ", one at a time"
    alone = ", the first alone" if several and stage.first_alone and stage.parallel > 1 else ""
    tree = Tree(Text.assemble((f"{number}. {stage.name}", "bold cyan"), f"{pace}{alone}" if several else ""))
    for operation in stage.operations:
        _operation(tree, operation)
    return tree


def addons_tree(number: int, plan: Plan) -> Tree:
    tree = Tree(Text.assemble((f"{number}. addons", "bold cyan"), ", one after the other"))
    for addon in plan.addons:
        after = f", after {', '.join(addon.depends_on)}" if addon.depends_on else ""
        tree.add(Text.assemble((f"{addon.operation} {addon.name}", "bold"), (f": {addon.reason}{after}", "dim")))
    return tree


def _operation(tree: Tree, operation: MachineOperation) -> None:
    branch = tree.add(Text.assemble((f"{operation.operation} {operation.machine}", "bold"), f" ({operation.role})"))
    for step in operation.steps:
        branch.add(Text.assemble(step.name, (f": {step.reason}", "dim")))


def _refusal(refusal: Refusal) -> Text:
    words = f"{_where(refusal)}{refusal.reason}"
    passing = " (may pass by itself)" if refusal.temporary else ""
    return Text.assemble(("refused: ", "bold red"), words, passing, "\n  ", ("do: ", "bold"), refusal.remedy)


def _where(refusal: Refusal) -> str:
    """Return the check's name, by which the manifests can waive it, and the machine."""
    check = f"[{refusal.check}] " if refusal.check else ""
    return f"{check}{f'{refusal.machine}: ' if refusal.machine else ''}"
