"""Previews as text, Mermaid, SVG and Markdown: what is said, that users' text stays text, and that it fits."""

import io
import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console
from tests.unit.workflows.plans import operation, upgrade, upgrade_workers

from trailboss.cli.plan_markdown import MARKER, MOST_BYTES, markdown
from trailboss.cli.plan_mermaid import mermaid
from trailboss.cli.plan_preview_view import preview_view
from trailboss.cli.plan_svg import MOST_ROWS, svg
from trailboss.cli.plan_words import duration, result_words
from trailboss.model.addons import AddonPlan
from trailboss.model.plan import MachineOperation, Plan, Refusal, Stage
from trailboss.model.preview import Difference, Disruption, Gate, Member, PodsOf, Preview
from trailboss.plan.estimate import Durations, estimate

EVIL = '<script>alert(1)</script> "] --> x[" @everyone #1 `a` | b\n## head <!-- c -->'
SVG = "{http://www.w3.org/2000/svg}"


def preview(plan: Plan | None = None, **given: object) -> Preview:
    plan = plan or upgrade(2)
    machines = dict.fromkeys(one.machine for one in plan.operations)
    made = Preview.model_validate(
        {
            **plan.__dict__,
            "observed_version": "1.33.4",
            "compared_with": "abc",
            "differences": (
                Difference(field="kubernetesVersion", words="Kubernetes 1.33.4 → 1.34.4"),
                Difference(machine="w-9", words="w-9 removed (10.0.0.9)"),
            ),
            "endpoint": "api.example:6443",
            "members": [
                Member(machine=name, role="control-plane" if name.startswith("cp") else "worker", version="1.33.4")
                for name in machines
            ],
            "disruptions": (
                Disruption(
                    machine="worker-1",
                    role="worker",
                    why="is out of service while its kubelet restarts",
                    pods=(PodsOf(namespace="shop", workload="Deployment/web", count=3),),
                    blocked=("shop/web-1: its budget allows no disruption",),
                ),
            ),
            "gates": (Gate(kind="approval", words="machines leave service only once an operator approves"),),
            **given,
        }
    )
    return made.model_copy(update={"estimate": estimate(made.plans, Durations(), control_planes=2)})


def evil() -> Preview:
    """A user's text wherever users can write some."""
    step = operation("w-1", "settle", "node-ready")
    named = step.model_copy(update={"machine": EVIL, "steps": (step.steps[0].model_copy(update={"reason": EVIL}),)})
    plan = Plan(
        cluster=EVIL,
        kubernetes_version="1.34.4",
        stages=(Stage(name="settle", parallel=1, operations=(named,)),),
        notes=(EVIL,),
    )
    return preview(
        plan,
        differences=(Difference(machine=EVIL, field="x", words=EVIL),),
        gates=(Gate(kind="refusal", words=EVIL),),
        endpoint=EVIL,
        members=(Member(machine=EVIL, role="worker", version=EVIL),),
        compared_with=EVIL,
    )


def parsed(document: str) -> ET.Element:
    return ET.fromstring(document)  # noqa: S314 - our own


def text(of: Preview) -> str:
    out = io.StringIO()
    Console(file=out, width=140, color_system=None).print(preview_view(of))
    return out.getvalue()


def test_a_terminal_shows_differences_steps_times_and_whom_it_disturbs() -> None:
    shown = text(preview())
    assert "  ~ Kubernetes 1.33.4 → 1.34.4\n  - w-9 removed (10.0.0.9)\n" in shown
    assert "1. stage artifacts, 16 at a time" in shown
    assert "disturbs: worker-1 is out of service while its kubelet restarts; 3 pods go elsewhere" in shown
    assert "kept by a budget: shop/web-1: its budget allows no disruption" in shown
    assert "holds: machines leave service only once an operator approves" in shown
    assert re.search(r"takes: about \d+ min", shown)
    assert "not counted: " in shown


def test_plans_that_follow_are_shown_as_such() -> None:
    later = Plan(cluster="demo", kubernetes_version="1.35.3", stages=(upgrade_workers("worker-1"),))
    shown = text(preview(later=(later,)))
    assert "then, planned anew from what is seen by then (Kubernetes 1.35.3):\n5. upgrade workers" in shown


def test_why_nothing_is_compared_is_said() -> None:
    assert "differences are not told: no server" in text(preview(differences=(), not_compared="no server"))
    assert "manifests: as at abc" in text(preview(differences=()))


def test_mermaid_draws_the_cluster_and_its_stages() -> None:
    drawn = mermaid(preview())
    assert drawn.startswith("flowchart TB\n")
    assert 'm0["cp-1<br/>control-plane<br/>1.33.4 → 1.34.4<br/>is upgraded"]' in drawn
    assert "endpoint --- m0" in drawn
    assert 's3["4. upgrade workers<br/>worker-1, worker-2<br/>one at a time<br/>' in drawn
    assert "s0 --> s1" in drawn
    assert "class m0,m1,m2,m3 changed" in drawn


def test_mermaid_takes_users_text_for_text() -> None:
    drawn = mermaid(evil())
    assert "<script>" not in drawn
    assert all(line.count('"') in (0, 2) for line in drawn.splitlines())
    assert "#60;script#62;" in drawn


def test_svg_is_xml_that_says_what_it_shows() -> None:
    drawn = parsed(svg(preview()))
    assert drawn.get("role") == "img"
    title, description = drawn.find(f"{SVG}title"), drawn.find(f"{SVG}desc")
    assert title is not None
    assert title.text == "Plan for demo: Kubernetes 1.33.4 → 1.34.4"
    assert description is not None
    assert "worker-1 (worker, 1.33.4 → 1.34.4) is upgraded" in str(description.text)
    assert drawn.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    texts = [one.text for one in drawn.iter(f"{SVG}text")]
    assert "endpoint api.example:6443" in texts
    assert texts.count("is upgraded") == 4
    assert len([one for one in drawn.iter(f"{SVG}rect") if one.get("class") == "bar"]) == 9
    style = drawn.find(f"{SVG}style")
    assert style is not None
    assert "prefers-color-scheme: dark" in str(style.text)


def test_svg_lies_within_its_own_bounds() -> None:
    drawn = parsed(svg(preview(upgrade(40))))
    _, _, width, height = map(float, str(drawn.get("viewBox")).split())
    for rect in drawn.iter(f"{SVG}rect"):
        assert float(str(rect.get("x"))) + float(str(rect.get("width"))) <= width
        assert float(str(rect.get("y"))) + float(str(rect.get("height"))) <= height
    bars = [one for one in drawn.iter(f"{SVG}rect") if one.get("class") == "bar"]
    assert len(bars) == MOST_ROWS
    assert any(str(one.text).startswith("and ") for one in drawn.iter(f"{SVG}text"))


def test_svg_takes_users_text_for_text() -> None:
    drawn = parsed(svg(evil()))
    assert {one.tag.removeprefix(SVG) for one in drawn.iter()} <= {
        *("svg", "title", "desc", "style", "g", "rect", "text", "line")
    }


def test_markdown_is_a_comment_with_a_table_and_a_part_for_each_cluster() -> None:
    body = markdown([preview(), preview(Plan(cluster="quiet", kubernetes_version="1.34.4"))], "more-workers")
    assert body.startswith(f"{MARKER}\n\n## Trailboss plan for more-workers\n")
    assert body.count("<details>") == body.count("</details>") == 2
    assert "| **demo** | 1.33.4 → 1.34.4 | 9 machine operations | about " in body
    assert "```mermaid\nflowchart TB\n" in body
    assert "- Kubernetes 1.33.4 → 1.34.4\n" in body
    assert "4. upgrade workers, one at a time\n   - upgrade worker-1" in body
    assert "| **quiet** |" in body
    assert "nothing to do" in body


def test_a_refusal_is_open_and_has_its_remedy() -> None:
    refusal = Refusal(reason="2 of 3 members are well", remedy="bring it back", check="EtcdHealthy", machine="cp-2")
    body = markdown([preview(Plan(cluster="demo", kubernetes_version="1.34.4", refusals=(refusal,)))])
    assert "<details open>" in body
    assert "&#91;EtcdHealthy&#93; cp-2: 2 of 3 members are well<br/>do: bring it back" in body


def test_markdown_takes_users_text_for_text() -> None:
    body = markdown([evil()], EVIL)
    outside = re.sub(r"```mermaid.*?```", "", body, flags=re.DOTALL)
    assert outside.count("<!--") == 1
    assert "<script>" not in outside
    assert "@everyone" not in outside
    assert "\n## head" not in outside
    assert body.count("```") == 2


def many(count: int, workers: int) -> list[Preview]:
    names = [f"cluster-{number}" for number in range(count)]
    return [preview(upgrade(workers).model_copy(update={"cluster": name})) for name in names]


@pytest.mark.parametrize("made", [lambda: many(1, 300), lambda: many(12, 60), lambda: many(400, 1)])
def test_what_does_not_fit_is_left_out_and_said_to_be(made: Callable[[], list[Preview]]) -> None:
    body = markdown(made())
    assert len(body.encode()) <= MOST_BYTES
    assert "too long" in body
    assert body.count("<details>") == body.count("</details>")
    assert body.count("```") % 2 == 0
    assert "| **cluster-0** |" in body


def test_a_short_comment_leaves_nothing_out() -> None:
    assert "too long" not in markdown(many(2, 3))


def test_no_cluster_no_part() -> None:
    assert "Nothing would be done" in markdown([])


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (89, "89 s"), (90, "1 min 30 s"), (120, "2 min"), (4830, "1 h 20 min")]
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_a_removed_machine_is_drawn_as_one_that_goes() -> None:
    gone: MachineOperation = operation("worker-9", "remove", "drain", "node-delete", "host-reset")
    plan = Plan(
        cluster="demo",
        kubernetes_version="1.34.4",
        stages=(Stage(name="remove machines", parallel=1, operations=(gone,), disrupts=True),),
    )
    drawn = mermaid(preview(plan))
    assert "is removed" in drawn
    assert "class m0 gone" in drawn
    assert 'class="box gone"' in svg(preview(plan))


def test_addons_are_told_with_their_reasons_in_texts_and_comments() -> None:
    addon = AddonPlan(name="web", operation="apply", reason="it is not applied yet", depends_on=("cni",))
    only = preview(upgrade(0).model_copy(update={"stages": (), "addons": (addon,)}), disruptions=())
    assert result_words(only) == "1 addon"
    assert "apply web: it is not applied yet, after cni" in text(only)
    assert "- apply web: it is not applied yet, after cni" in markdown([only])
