"""One file for each case, named after the state: manifests, what was seen, and the plan that follows."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.unit.plan import world

from trailboss.model.plan import Plan
from trailboss.plan import compute

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_plan(path: Path) -> None:
    case = yaml.safe_load(path.read_text())
    cluster = world.cluster(**case.get("manifests", {}))
    former = tuple(world.machine(name) for name in case.get("former", []))
    seen = world.observation(cluster, case["hosts"], case.get("api"), former)
    plan = compute(cluster, seen, former, destroy_confirmed=case.get("destroy_confirmed", False))
    assert_refusals(plan, case)
    assert [refusal.check for refusal in plan.refusals] == case.get("checks", [""] * len(plan.refusals))
    assert_begins([f"{waived.check}: {waived.reason}" for waived in plan.waived], case.get("waived", []))
    assert world.told(plan) == case.get("stages", [])
    assert_begins(plan.notes, case.get("notes", []))
    assert list(plan.postponed) == case.get("postponed", [])
    version = case.get("manifests", {}).get("version", world.VERSION)
    assert [plan.kubernetes_version, *plan.later_versions] == case.get("hops", [version])
    addons = [f"{addon.operation} {addon.name}: {addon.reason}" for addon in plan.addons]
    assert_begins(addons, case.get("addons", []))
    if "addons_kept" in case:
        assert list(plan.addons_kept) == case["addons_kept"]
    reasons = reasons_of(plan)
    assert {name: reasons[name] for name in case.get("reasons", {})} == case.get("reasons", {})


def assert_refusals(plan: Plan, case: dict[str, Any]) -> None:
    found = [refusal.reason for refusal in plan.refusals]
    extra = [reason for reason in found if any(words in reason for words in case.get("also", []))]
    assert_begins([reason for reason in found if reason not in extra], case.get("refusals", []))
    assert len(extra) == len(case.get("also", []))
    assert all(refusal.remedy for refusal in plan.refusals)
    assert {refusal.temporary for refusal in plan.refusals} <= {True, False}
    if not extra and found:
        assert {refusal.temporary for refusal in plan.refusals} == {case.get("temporary", False)}


def assert_begins(found: Any, expected: list[str]) -> None:  # noqa: ANN401 - any sequence of texts
    assert len(found) == len(expected), found
    assert [text for text, start in zip(found, expected, strict=True) if not text.startswith(start)] == []


def reasons_of(plan: Plan) -> dict[str, str]:
    return {f"{one.machine}/{step.name}": step.reason for one in plan.operations for step in one.steps}
