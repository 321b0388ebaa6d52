"""What holds of every plan, whatever was seen."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.plan import world
from tests.unit.plan.situations import Situation, situations

from trailboss.kubeadm.versions import parse
from trailboss.model.plan import Plan
from trailboss.plan import NodeSeen, Observation, compute


@given(st.integers(1, 5), st.integers(0, 4))
@settings(deadline=None)
def test_a_cluster_that_is_as_desired_needs_nothing(control_planes: int, workers: int) -> None:
    of = world.cluster(control_planes, workers)
    plan = compute(of, world.converged(of))
    assert plan.changes_nothing
    assert plan.postponed == ()
    assert plan.later_versions == ()


@given(situations)
@settings(deadline=None)
def test_the_same_input_gives_the_same_plan(situation: Situation) -> None:
    of, seen, former = situation
    mappings = {name: getattr(seen, name) for name in ("machines", "unreachable", "control_planes")}
    backwards = {name: dict(reversed(mapping.items())) for name, mapping in mappings.items()}
    again = compute(of, seen.model_copy(update=backwards), former)
    assert compute(of, seen, former).model_dump_json() == again.model_dump_json()


@given(situations)
@settings(deadline=None)
def test_control_planes_are_never_changed_side_by_side(situation: Situation) -> None:
    harmless = {"prepare", "settle", "stage", "snapshot"}
    for stage in compute(*situation).stages:
        risky = [one for one in stage.operations if one.role == "control-plane" and one.operation not in harmless]
        assert stage.parallel == 1 or not risky


@given(situations)
@settings(deadline=None)
def test_every_operation_is_on_a_machine_that_is_known(situation: Situation) -> None:
    of, seen, former = situation
    known = {machine.name: machine for machine in (*former, *of.machines)}
    for operation in compute(of, seen, former).operations:
        names = {step.name for step in operation.steps}
        assert operation.role == known[operation.machine].role
        assert operation.machine in seen.machines or (operation.operation == "remove" and "host-reset" not in names)
        assert names
        assert all(step.reason for step in operation.steps)


@given(situations)
@settings(deadline=None)
def test_a_cluster_is_never_initialised_beside_a_member(situation: Situation) -> None:
    of, seen, former = situation
    inits = [one for one in compute(of, seen, former).operations if one.operation == "init"]
    assert len(inits) <= 1
    if any(facts.is_member and facts.owner == "demo" for facts in seen.machines.values()):
        assert not inits


@given(situations)
@settings(deadline=None)
def test_a_refused_plan_does_nothing_in_part(situation: Situation) -> None:
    plan = compute(*situation)
    assert not (plan.refusals and plan.stages)


@given(situations)
@settings(deadline=None)
def test_nothing_goes_back_and_no_minor_is_left_out(situation: Situation) -> None:
    of, seen, former = situation
    plan = compute(of, seen, former)
    if not _with(plan, "upgrade"):
        return
    hop, servers = parse(plan.kubernetes_version), [parse(one.api_server) for one in seen.control_planes.values()]
    kubelets = [parse(node.kubelet_version) for node in seen.nodes or () if node.name in {m.name for m in of.machines}]
    assert max([*servers, *kubelets, parse(seen.recorded_version)]) <= hop <= parse(of.kubernetes_version)
    assert hop.minor - min(servers, default=hop).minor <= 1
    path = [parse(version).minor for version in (plan.kubernetes_version, *plan.later_versions)]
    assert all(after - before <= 1 for before, after in pairwise(path))


@given(situations)
@settings(deadline=None)
def test_one_control_plane_carries_the_cluster_and_kubelets_follow_every_api_server(situation: Situation) -> None:
    of, seen, former = situation
    plan = compute(of, seen, former)
    applies = _with(plan, "kubeadm-upgrade-apply")
    assert len(applies) <= 1
    upgrades = [one for stage in plan.stages for one in stage.operations if one.operation == "upgrade"]
    assert not applies or applies[0] == upgrades[0].machine
    replaced = _with(plan, "kubelet")
    hop = parse(plan.kubernetes_version)
    behind = {name for name, one in seen.control_planes.items() if parse(one.api_server).minor < hop.minor}
    assert not (replaced and behind) or len(seen.control_planes) == 1
    roles = [of.machine(one.machine).role for one in upgrades]
    assert roles == sorted(roles), "workers come after every control plane"


@given(situations)
@settings(deadline=None)
def test_control_planes_change_only_after_a_snapshot(situation: Situation) -> None:
    of, seen, former = situation
    plan = compute(of, seen, former)
    stood = any(facts.is_member and facts.owner == "demo" for facts in seen.machines.values())
    risky = {"kubeadm-join", "etcd-leave", "kubeadm-upgrade-apply", "kubeadm-upgrade-node", "kubelet"}
    taken = not stood
    for operation in plan.operations:
        taken = taken or operation.operation == "snapshot"
        changes = operation.role == "control-plane" and risky.intersection(step.name for step in operation.steps)
        assert taken or not changes


@given(situations)
@settings(deadline=None)
def test_only_what_has_a_name_is_waived(situation: Situation) -> None:
    of, seen, former = situation
    plan = compute(of, seen, former)
    assert all(refusal.check in of.waived for refusal in plan.waived)
    assert not any(refusal.check in of.waived for refusal in plan.refusals)
    strict = compute(of.model_copy(update={"waived": ()}), seen, former)
    assert sorted(map(repr, strict.refusals)) == sorted(map(repr, (*plan.refusals, *plan.waived)))


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


def _with(plan: Plan, word: str) -> list[str]:
    """Return the machines with such a step, or with such an operation."""
    return [one.machine for one in plan.operations if word in (one.operation, *(step.name for step in one.steps))]
