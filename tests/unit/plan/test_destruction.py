"""What holds of every plan that takes a cluster apart, whatever is left of it."""

from hypothesis import given, settings
from tests.unit.plan.situations import Situation, situations

from trailboss.plan import Observation, compute


@given(situations)
@settings(deadline=None)
def test_exactly_the_hosts_that_are_the_clusters_are_reset(situation: Situation) -> None:
    of, seen, former = situation
    plan = compute(of.model_copy(update={"destroy": True}), seen, former, destroy_confirmed=True)
    assert not plan.refusals
    reset = {one.machine for one in plan.operations if one.operation == "destroy"}
    assert reset == {name for name, facts in seen.machines.items() if facts.owner == of.name}
    assert set(plan.postponed) == set(seen.unreachable)


@given(situations)
@settings(deadline=None)
def test_control_planes_go_last_and_one_at_a_time(situation: Situation) -> None:
    of, seen, former = situation
    plan = compute(of.model_copy(update={"destroy": True}), seen, former, destroy_confirmed=True)
    resets = [one for one in plan.operations if one.operation == "destroy"]
    assert [one.role for one in resets] == sorted((one.role for one in resets), reverse=True)
    assert all(stage.parallel == 1 for stage in plan.stages if stage.operations[0].role == "control-plane")


@given(situations)
@settings(deadline=None)
def test_wherever_it_was_cut_off_the_rest_is_planned_until_nothing_is_left(situation: Situation) -> None:
    of, seen, former = situation
    going = of.model_copy(update={"destroy": True})
    while operations := compute(going, seen, former, destroy_confirmed=True).operations:
        seen = _freed(seen, next(one.machine for one in operations if one.operation == "destroy"))
    assert all(facts.owner != of.name for facts in seen.machines.values())


def _freed(seen: Observation, name: str) -> Observation:
    """Return what is seen once this host was reset, and no API server answers any more."""
    free = seen.machines[name].model_copy(update={"owner": "", "member": ""})
    return seen.model_copy(update={"machines": {**seen.machines, name: free}, "nodes": None, "etcd_members": None})
