"""How long plans may take: from samples, from the table, and as stages let machines go one after the other."""

from collections.abc import Iterable

import pytest
from tests.unit.workflows.plans import operation, upgrade

from trailboss.model.plan import Plan, Stage
from trailboss.model.preview import Disruption, PodsOf
from trailboss.plan.estimate import Durations, Sample, estimate, table
from trailboss.plan.estimate.durations import Place
from trailboss.plan.estimate.schedule import BETWEEN_OPERATIONS, BETWEEN_STEPS, Clock, schedule

STEP = 10.0


def samples(*seconds: float, step: str = "kernel", operation: str = "prepare", place: Place = "worker") -> list[Sample]:
    return [Sample(step=step, operation=operation, place=place, seconds=one) for one in seconds]


def plan(*stages: Stage, **given: object) -> Plan:
    made = Plan(cluster="demo", kubernetes_version="1.34.4", stages=stages)
    return made.model_copy(update=given)


def stage(machines: Iterable[str], *, parallel: int = 1, **given: object) -> Stage:
    operations = tuple(operation(machine, "prepare", "kernel") for machine in machines)
    return Stage.model_validate({"name": "s", "parallel": parallel, "operations": operations, **given})


def ends(*plans: Plan) -> dict[str, tuple[float, float]]:
    """Return when each machine begins and ends, where a step takes 10 s and nothing else takes any time."""
    durations = Durations((*samples(STEP), *samples(STEP, place="several"), *samples(1.0, step="node-ready")))
    _, spans = schedule(plans, Clock(durations, 1))
    slack = BETWEEN_STEPS + BETWEEN_OPERATIONS
    look = Clock(durations, 1).look()
    rounded = {one.machine: (one.begins - look, one.ends - look) for one in spans}
    return {name: (round(a / (STEP + slack), 1), round(b / (STEP + slack), 1)) for name, (a, b) in rounded.items()}


def test_one_machine_after_the_other() -> None:
    assert ends(plan(stage(("w-1", "w-2")))) == {"w-1": (0, 1), "w-2": (1, 2)}


def test_so_many_at_once_and_the_next_takes_the_slot_that_is_free() -> None:
    assert ends(plan(stage(("w-1", "w-2", "w-3"), parallel=2))) == {"w-1": (0, 1), "w-2": (0, 1), "w-3": (1, 2)}


def test_the_first_goes_alone() -> None:
    found = ends(plan(stage(("w-1", "w-2", "w-3"), parallel=2, first_alone=True)))
    assert found == {"w-1": (0, 1), "w-2": (1, 2), "w-3": (1, 2)}


def test_a_slot_is_free_only_when_the_machine_has_soaked() -> None:
    slack = STEP + BETWEEN_STEPS + BETWEEN_OPERATIONS
    assert ends(plan(stage(("w-1", "w-2"), soak_seconds=slack)))["w-2"] == (2, 3)


def test_stages_and_plans_follow_each_other_and_each_plan_begins_with_a_look() -> None:
    durations = Durations((*samples(STEP), *samples(5.0, step="plan_change", operation="plan")))
    two = plan(stage(["w-1"]), stage(["w-2"]))
    seconds, spans = schedule((two, two), Clock(durations, 1))
    assert [one.plan for one in spans] == [0, 0, 1, 1]
    assert seconds == pytest.approx(2 * 5 + 4 * (STEP + BETWEEN_STEPS + BETWEEN_OPERATIONS))


def test_after_an_upgrade_the_change_looks_once_more() -> None:
    durations = Durations(tuple(samples(5.0, step="plan_change", operation="plan")))
    disrupting = plan(stage(["w-1"], disrupts=True))
    assert schedule((disrupting,), Clock(durations, 1))[0] > 10
    assert schedule((plan(stage(["w-1"])),), Clock(durations, 1))[0] < 10


def test_what_was_measured_here_comes_before_the_table() -> None:
    found = Durations(tuple(samples(2.0, 4.0, 3.0))).of("kernel", "prepare", "worker")
    assert found
    assert found.measured
    assert found.low < found.typical == 3.0 < found.high


def test_attempts_that_failed_count_only_where_nothing_else_is_known() -> None:
    slow = Sample(step="kernel", operation="prepare", place="worker", seconds=600, tries=5)
    assert Durations((slow, *samples(2.0))).of("kernel", "prepare", "worker")[1] == 2.0  # type: ignore[index]
    assert Durations((slow,)).of("kernel", "prepare", "worker")[1] == 600  # type: ignore[index]


def test_the_table_is_scaled_by_how_quick_downloads_are_here_and_waits_are_not() -> None:
    row = table.ROWS["images", "stage", "worker"]
    shipped = Durations().of("images", "stage", "worker")
    assert shipped
    assert shipped[:3] == row
    half = [samples(table.ROWS["binaries", "prepare", "worker"][1] / 2, step="binaries")[0]]
    quick = Durations(tuple(half))
    assert quick.of("images", "stage", "worker")[1] == pytest.approx(row[1] / 2)  # type: ignore[index]
    waiting = quick.of("kubeadm-upgrade-apply", "upgrade", "several")
    assert waiting
    assert waiting[:3] == table.ROWS["kubeadm-upgrade-apply", "upgrade", "several"]


def test_a_sample_that_is_out_of_all_proportion_does_not_carry_over() -> None:
    odd = samples(10_000.0, step="binaries")
    found = Durations(tuple(odd)).of("images", "stage", "worker")
    assert found
    assert found.typical == 4 * table.ROWS["images", "stage", "worker"][1]


def test_what_nobody_has_measured_is_named_and_not_counted() -> None:
    unknown = plan(Stage(name="s", parallel=1, operations=(operation("w-1", "prepare", "packages", "kernel"),)))
    found = estimate((unknown,), Durations(), control_planes=1)
    assert found
    assert "steps that nobody has measured yet: packages" in found.not_counted
    assert (found.steps, found.measured) == (2, 0)


def test_waits_are_named_and_not_counted() -> None:
    disturbed = Disruption(
        machine="w-1", role="worker", why="x", pods=(PodsOf(namespace="a", workload="Deployment/b", count=1),)
    )
    found = estimate((upgrade(approval=True),), Durations(), control_planes=2, disruptions=(disturbed,))
    assert found
    assert found.low <= found.seconds <= found.high
    assert "the wait for an operator's approval" in found.not_counted
    assert any(words.startswith("drains for as long as") for words in found.not_counted)


def test_nothing_to_do_takes_no_time() -> None:
    assert estimate((plan(),), Durations(), control_planes=1) is None


def test_the_tables_rows_are_in_order() -> None:
    assert [key for key, row in table.ROWS.items() if not 0 < row[0] <= row[1] <= row[2]] == []
