from tests.unit.workflows.plans import NOTHING, only_workers

from trailboss.model.addons import AddonPlan
from trailboss.model.plan import Plan, Refusal
from trailboss.plan.drift import MOST, drift


def plan(**fields: object) -> Plan:
    return NOTHING.model_copy(update=fields)


def test_each_operation_addon_and_refusal_is_a_line() -> None:
    upgrades = only_workers(2)
    addons = (AddonPlan(name="web", operation="apply", reason="Deployment web is gone"),)
    refusals = (Refusal(reason="cp-1 belongs to cluster other", remedy="reset it"),)
    why = [one.steps[0].reason for one in upgrades.operations]
    assert drift(upgrades.model_copy(update={"addons": addons, "refusals": refusals})) == (
        f"upgrade worker-1: {why[0]}",
        f"upgrade worker-2: {why[1]}",
        "apply addon web: Deployment web is gone",
        "cp-1 belongs to cluster other",
    )


def test_what_passes_by_itself_is_none() -> None:
    soon = Refusal(reason="etcd has no leader just now", remedy="wait", temporary=True)
    assert drift(plan(refusals=(soon,), postponed=("w-1",), notes=("w-1 cannot be looked at",))) == ()


def test_many_are_counted() -> None:
    found = drift(only_workers(MOST + 3))
    assert len(found) == MOST + 1
    assert found[-1] == "and 3 more"
