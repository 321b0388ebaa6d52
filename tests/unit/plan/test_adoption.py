"""A cluster that others made, of any size: it is taken over by marks alone, wherever that was cut off before."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.plan import world
from tests.unit.steps.fake_host import AUTHORITY

from trailboss.model.cluster import Cluster
from trailboss.plan import Observation, compute

_UNKNOWN = {"own_names": None, "own_kubelet": None, "own_kube_proxy": None}
_MARKED = {"state": "foreign", "owner": "demo", "member": "adopted", "adopted": "packaged"}


def cluster(control_planes: int, workers: int) -> Cluster:
    given = {"adopt": AUTHORITY, "pod_network": "none", "kubeadm": {"adds_own_flags": False}}
    return world.cluster(control_planes, workers, **given)


def seen(of: Cluster, marked: set[str], *, noted: bool) -> Observation:
    hosts = {one.name: _MARKED if one.name in marked else {"state": "foreign"} for one in of.machines}
    return world.observation(of, hosts, {} if noted else {"settings": _UNKNOWN})


@given(st.data(), st.integers(1, 5), st.integers(0, 4))
@settings(deadline=None)
def test_marks_alone_wherever_it_was_cut_off_and_then_nothing(
    data: st.DataObject, control_planes: int, workers: int
) -> None:
    of = cluster(control_planes, workers)
    names = [one.name for one in of.machines]
    marked = data.draw(st.sets(st.sampled_from(names)))
    plan = compute(of, seen(of, marked, noted=False))
    assert plan.refusals == ()
    assert {one.machine for one in plan.operations if one.operation == "adopt"} == set(names) - marked
    assert {step.name for one in plan.operations for step in one.steps} <= {"take-over", "settings-record"}
    assert not any(stage.disrupts for stage in plan.stages)
    assert plan.later_versions == ()
    assert compute(of, seen(of, set(names), noted=True)).changes_nothing
    assert compute(of, seen(of, set(names), noted=False)).changes_nothing
