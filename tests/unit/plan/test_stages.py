"""How the stages of a plan are to be carried out, and what of the manifests' words the plan carries with it."""

from datetime import timedelta
from typing import Any

import pytest
from tests.unit.plan import world

from trailboss.model.checks import OWN_CHECKS
from trailboss.model.plan import Plan, Stage
from trailboss.plan import compute
from trailboss.plan.checks import CHECKS

ROLLOUT = {
    "max_unavailable": {"percent": 40},
    "first_alone": False,
    "soak": "PT45S",
    "failure_budget": 2,
    "approval": True,
    "windows": [{"start": "22:00", "duration": "PT4H"}],
}


def upgrade(**manifests: Any) -> Plan:  # noqa: ANN401 - fields of any type
    of = world.cluster(1, 5, version="1.34.6", **manifests)
    return compute(of, world.observation(of, {"others": {"state": "member"}}, {"version": "1.34.4"}))


def stage(plan: Plan, name: str) -> Stage:
    return next(one for one in plan.stages if one.name == name)


def test_workers_go_as_the_manifests_say() -> None:
    found = stage(upgrade(rollout=ROLLOUT), "upgrade workers")
    assert (found.parallel, found.first_alone, found.soak_seconds, found.failure_budget) == (2, False, 45, 2)


def test_workers_go_one_by_one_where_the_manifests_say_nothing() -> None:
    found = stage(upgrade(), "upgrade workers")
    soak = timedelta(seconds=10).total_seconds()
    assert (found.parallel, found.first_alone, found.soak_seconds, found.failure_budget) == (1, True, soak, 0)


def test_control_planes_go_one_by_one_whatever_the_manifests_say() -> None:
    found = stage(upgrade(rollout=ROLLOUT), "upgrade control planes")
    assert (found.parallel, found.failure_budget) == (1, 0)


@pytest.mark.parametrize(
    ("name", "disrupts"),
    [("stage artifacts", False), ("snapshot", False), ("upgrade control planes", True), ("upgrade workers", True)],
)
def test_only_what_takes_machines_out_of_service_waits_for_windows(name: str, disrupts: bool) -> None:
    assert stage(upgrade(), name).disrupts == disrupts


@pytest.mark.parametrize(("state", "disrupts"), [("member", True), ("lost", False)])
def test_taking_out_what_is_dead_disrupts_nothing(state: str, disrupts: bool) -> None:
    of, former = world.cluster(3, 1), (world.machine("cp-4"), world.machine("w-2"))
    for one in former:
        seen = world.observation(of, {"others": {"state": "member"}, one.name: {"state": state}}, {}, (one,))
        removing = [found for found in compute(of, seen, (one,)).stages if found.name.startswith("remove")]
        assert [found.disrupts for found in removing] == [disrupts]


def test_a_plan_tells_whether_to_ask_and_when_to_begin() -> None:
    plan = upgrade(rollout=ROLLOUT)
    assert plan.approval
    assert [window.start for window in plan.windows] == ["22:00"]
    assert not upgrade().approval


@pytest.mark.parametrize(("state", "going", "asked"), [("member", 3, True), ("lost", 3, True), ("member", 2, False)])
def test_many_machines_go_on_an_operators_word(state: str, going: int, *, asked: bool) -> None:
    of = world.cluster(3, 1, rollout={"remove_at_most": 3})
    former = tuple(world.machine(f"w-{number}") for number in range(2, 2 + going))
    away = {one.name: {"state": state} for one in former}
    plan = compute(of, world.observation(of, {"others": {"state": "member"}, **away}, {}, former), former)
    assert not plan.refusals
    assert plan.approval == asked
    assert stage(plan, "remove machines").disrupts == (asked or state == "member")


def test_every_check_that_can_be_waived_is_there_and_no_other() -> None:
    assert {name for name, _ in CHECKS if name} == set(OWN_CHECKS)
