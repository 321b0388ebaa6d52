"""How a plan looks on a terminal. Pure."""

from rich.console import Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from trailboss.model.plan import MachineOperation, Plan, Refusal, Stage


def plan_view(plan: Plan) -> RenderableType:
    """Show stages, machines and steps with their reasons, then what is refused with its remedy, then notes."""
    stages = [_stage(number, stage) for number, stage in enumerate(plan.stages, start=1)]
    refusals = [_refusal(refusal) for refusal in plan.refusals]
    notes = [Text(f"note: {note}", style="dim") for note in plan.notes]
    return Group(_headline(plan), *stages, *refusals, *notes)


def _headline(plan: Plan) -> Text:
    version = plan.observed_version or "nothing"
    change = f"{version} → {plan.kubernetes_version}" if version != plan.kubernetes_version else version
    words = "nothing to do" if plan.changes_nothing else f"{len(plan.operations)} machine operations"
    return Text.assemble((plan.cluster, "bold"), f" (Kubernetes {change}): ", words)


def _stage(number: int, stage: Stage) -> Tree:
    several = len(stage.operations) > 1
    pace = f", {stage.parallel} at a time" if stage.parallel > 1 else ", one at a time"
    tree = Tree(Text.assemble((f"{number}. {stage.name}", "bold cyan"), pace if several else ""))
    for operation in stage.operations:
        _operation(tree, operation)
    return tree


def _operation(tree: Tree, operation: MachineOperation) -> None:
    branch = tree.add(Text.assemble((f"{operation.operation} {operation.machine}", "bold"), f" ({operation.role})"))
    for step in operation.steps:
        branch.add(Text.assemble(step.name, (f": {step.reason}", "dim")))


def _refusal(refusal: Refusal) -> Text:
    return Text.assemble(("refused: ", "bold red"), refusal.reason, "\n  ", ("do: ", "bold"), refusal.remedy)
