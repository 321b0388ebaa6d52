"""How a preview looks on a terminal: the plan, and what helps to judge it. Pure."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from trailboss.cli import plan_words as words
from trailboss.cli.plan_view import addons_tree, findings, headline, stage_tree
from trailboss.model.preview import Difference, Disruption, Estimate, Gate, Preview


def preview_view(preview: Preview) -> RenderableType:
    """Show differences, stages of this plan and of those to follow, disruptions, gates, duration, what checks found."""
    return Group(
        headline(preview),
        *_differences(preview),
        *_plans(preview),
        *map(_disruption, preview.disruptions),
        *map(_gate, preview.gates),
        *(_estimate(preview.estimate) if preview.estimate else ()),
        *findings(preview),
    )


def _differences(preview: Preview) -> Iterator[Text]:
    if preview.not_compared:
        yield Text(f"differences are not told: {preview.not_compared}", style="dim")
    elif not preview.differences:
        yield Text(f"manifests: as at {preview.compared_with}", style="dim")
    else:
        yield Text(f"manifests, compared with {preview.compared_with}:")
        yield from map(_difference, preview.differences)


def _difference(one: Difference) -> Text:
    added, removed = one.words.endswith(" added") or " added" in one.words, " removed" in one.words
    sign, style = ("+", "green") if added else ("-", "red") if removed else ("~", "yellow")
    return Text(f"  {sign} {one}", style=style)


def _plans(preview: Preview) -> Iterator[RenderableType]:
    number = 1
    for place, plan in enumerate(preview.plans):
        if place:
            yield Text(
                f"then, planned anew from what is seen by then (Kubernetes {plan.kubernetes_version}):", "italic"
            )
        for stage in plan.stages:
            yield stage_tree(number, stage)
            number += 1
        if plan.addons:
            yield addons_tree(number, plan)
            number += 1


def _disruption(one: Disruption) -> Text:
    text = Text.assemble(("disturbs: ", "bold yellow"), words.disruption_words(one))
    for blocked in one.blocked:
        text.append(f"\n  kept by a budget: {blocked}", style="yellow")
    return text


def _gate(gate: Gate) -> Text:
    return Text.assemble(("holds: ", "bold magenta"), gate.words)


def _estimate(estimate: Estimate) -> Iterator[Text]:
    yield Text.assemble(
        ("takes: ", "bold"), words.estimate_words(estimate), (f"; {words.estimate_source(estimate)}", "dim")
    )
    yield Text(f"  not counted: {'; '.join(estimate.not_counted)}", style="dim")
