"""What holds of every plan, whatever was seen."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.plan import world

from trailboss.model.cluster import Cluster
from trailboss.plan import NodeSeen, Observation, compute

FACTS = st.fixed_dictionaries(
    {"state": st.sampled_from(["bare", "prepared", "member", "unreachable"])},
    optional={
        "owner": st.sampled_from(["", "demo", "prod"]),
        "member": st.sampled_from(["", "init-begun", "join-begun", "init", "join"]),
        "etcd_data": st.booleans(),
        "swaps": st.sampled_from([(), ("/swap.img",)]),
        "clock_skew_seconds": st.sampled_from([None, 0.0, 59.0, 61.0]),
    },
)
NODES = st.fixed_dictionaries(
    {}, optional={"ready": st.booleans(), "pod_cidr": st.sampled_from(["", "10.244.9.0/24"]), "labels": st.just({})}
)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Cluster, Observation]:
    of = world.cluster(draw(st.integers(1, 3)), draw(st.integers(0, 2)))
    hosts: dict[str, Any] = {machine.name: draw(FACTS) for machine in of.machines}
    names = draw(st.sets(st.sampled_from([machine.name for machine in of.machines])))
    api = draw(
        st.one_of(st.none(), st.fixed_dictionaries({"nodes": st.just({name: draw(NODES) for name in sorted(names)})}))
    )
    return of, world.observation(of, hosts, api)


@given(st.integers(1, 5), st.integers(0, 4))
@settings(max_examples=20, deadline=None)
def test_a_cluster_that_is_as_desired_needs_nothing(control_planes: int, workers: int) -> None:
    of = world.cluster(control_planes, workers)
    plan = compute(of, world.converged(of))
    assert plan.changes_nothing
    assert plan.postponed == ()


@given(situations())
@settings(deadline=None)
def test_the_same_input_gives_the_same_plan(situation: tuple[Cluster, Observation]) -> None:
    of, seen = situation
    backwards = Observation(
        machines=dict(reversed(seen.machines.items())),
        unreachable=dict(reversed(seen.unreachable.items())),
        nodes=seen.nodes,
        api_version=seen.api_version,
    )
    assert compute(of, seen).model_dump_json() == compute(of, backwards).model_dump_json()


@given(situations())
@settings(deadline=None)
def test_control_planes_are_never_changed_side_by_side(situation: tuple[Cluster, Observation]) -> None:
    plan = compute(*situation)
    for stage in plan.stages:
        risky = [one for one in stage.operations if one.role == "control-plane" and one.operation in {"init", "join"}]
        assert stage.parallel == 1 or not risky


@given(situations())
@settings(deadline=None)
def test_every_operation_is_on_a_machine_that_was_seen(situation: tuple[Cluster, Observation]) -> None:
    of, seen = situation
    for operation in compute(of, seen).operations:
        assert operation.role == of.machine(operation.machine).role
        assert operation.machine in seen.machines
        assert operation.steps
        assert all(step.reason for step in operation.steps)


@given(situations())
@settings(deadline=None)
def test_a_cluster_is_never_initialised_beside_a_member(situation: tuple[Cluster, Observation]) -> None:
    of, seen = situation
    inits = [one for one in compute(of, seen).operations if one.operation == "init"]
    assert len(inits) <= 1
    if any(facts.is_member for facts in seen.machines.values()):
        assert not inits


@given(situations())
@settings(deadline=None)
def test_a_refused_plan_does_nothing_in_part(situation: tuple[Cluster, Observation]) -> None:
    plan = compute(*situation)
    assert not (plan.refusals and plan.stages)


def test_no_machine_is_reset_that_is_not_ours() -> None:
    """Every host that joins or is initialised belongs to nobody or to this cluster, and carries nothing foreign."""
    of = world.cluster(1, 1)
    foreign = {"state": "prepared", "etcd_data": True}
    plan = compute(of, world.observation(of, {"w-1": foreign, "cp-1": {"state": "prepared"}}, None))
    assert plan.operations == ()


def test_a_node_seen_needs_little_to_be_described() -> None:
    node = NodeSeen(name="w-1", ready=True, kubelet_version="1.34.4")
    assert Observation(nodes=(node,)).node("w-1") is node
    assert Observation(nodes=None).node("w-1") is None
