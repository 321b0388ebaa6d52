"""Upgrades, joins and removals that are cut off again and again, and planned anew from what is then there."""

from hypothesis import event, given, settings
from hypothesis import strategies as st
from tests.unit.plan import world
from tests.unit.plan.simulation import RELEASES, Simulation

from trailboss.model.cluster import Cluster
from trailboss.model.plan import Plan
from trailboss.plan import compute

MOST_PLANS = 12
"""More than any of these upgrades needs: three minors, each with its kubelets, joins before and after."""
STEPS = [
    "kubeadm-upgrade-apply",
    "kubeadm-upgrade-node",
    "drain",
    "kubelet",
    "uncordon",
    "kubeadm-join",
    "etcd-leave",
    "node-delete",
]
ENDPOINT = {"host": "lb.example"}
"""Any control plane may go, the first one too."""
CUTS = st.tuples(st.one_of(st.floats(0, 1), st.sampled_from(STEPS)), st.booleans())
"""Where a plan ends: at a share of its steps, or at the first of a name; and whether that step comes to its end."""


@st.composite
def changes(draw: st.DrawFn) -> tuple[Cluster, Cluster]:
    """Return a cluster as it is and as it is wanted."""
    first, last = sorted((draw(st.sampled_from(RELEASES)), draw(st.sampled_from(RELEASES))))
    control_planes, workers = draw(st.integers(1, 4)), draw(st.integers(0, 2))
    more = draw(st.integers(0, 2)), draw(st.integers(0, 1))
    before = world.cluster(control_planes, workers, version=first, endpoint=ENDPOINT)
    removable = [machine.name for machine in before.machines[0 if control_planes > 1 else 1 :]]
    gone = draw(st.lists(st.sampled_from(removable), max_size=1)) if removable else []
    wanted = world.cluster(control_planes + more[0], workers + more[1], version=last, without=gone, endpoint=ENDPOINT)
    return before, wanted


@given(changes(), st.lists(CUTS, max_size=4))
@settings(deadline=None)
def test_whatever_is_cut_off(change: tuple[Cluster, Cluster], cuts: list[tuple[float | str, bool]]) -> None:
    before, wanted = change
    herd = Simulation(of=wanted, before=before, recorded=before.kubernetes_version)
    for where, whole in cuts:
        _carry_out(herd, _plan(herd), where, last_whole=whole)
    plan = _plan(herd)
    for _ in range(MOST_PLANS):
        _carry_out(herd, plan)
        later, plan = plan.later_versions, _plan(herd)
        assert (plan.kubernetes_version in later[:2]) if later else plan.changes_nothing
        if plan.changes_nothing:
            break
    assert herd.is_done, herd
    event(f"{len(herd.applies)} hops")
    hops = RELEASES[RELEASES.index(before.kubernetes_version) + 1 : RELEASES.index(wanted.kubernetes_version) + 1]
    assert herd.applies == dict.fromkeys(hops, 1)


def _plan(herd: Simulation) -> Plan:
    plan = compute(herd.of, herd.look(), herd.before.machines)
    assert not plan.refusals, plan.refusals
    return plan


def _carry_out(herd: Simulation, plan: Plan, where: float | str = 1.0, *, last_whole: bool = True) -> None:
    steps = list(herd.steps(plan))
    names = [step for _, step in steps]
    count = round(len(steps) * where) if isinstance(where, float) else [*names, where].index(where) + 1
    for number, (operation, step) in enumerate(steps[:count], start=1):
        whole = last_whole or number < count
        herd.carry_out(operation.machine, step, plan.kubernetes_version, whole=whole)
        herd.check()
