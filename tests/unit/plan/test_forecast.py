"""The plans that are to follow are those that are then made, as steps are carried out on simulated hosts."""

from hypothesis import given, settings
from tests.unit.plan import world
from tests.unit.plan.simulation import Simulation
from tests.unit.plan.test_upgrades_cut_off import changes

from trailboss.model.addons import Addon
from trailboss.model.cluster import Cluster, Kubeadm
from trailboss.model.plan import Plan
from trailboss.plan import compute
from trailboss.plan.forecast import following

LEFT_OUT = ("stage artifacts", "prepare machines", "settle")
"""Simulated hosts forget images and settle by themselves; what is done on all machines is not compared."""


def told(plan: Plan) -> list[str]:
    return [plan.kubernetes_version, *(line for line in world.told(plan) if not line.startswith(LEFT_OUT))]


def whole(wanted: Cluster, before: Cluster) -> list[list[str]]:
    """Return each plan as it is made once those before were carried out."""
    herd = Simulation(of=wanted, before=before, recorded=before.kubernetes_version)
    found: list[list[str]] = []
    while (plan := compute(herd.of, herd.look(), before.machines)).stages:
        assert len(found) < 12
        found.append(told(plan))
        for operation, step in herd.steps(plan):
            herd.carry_out(operation.machine, step, plan.kubernetes_version, whole=True)
    return found


def foretold(wanted: Cluster, before: Cluster) -> list[list[str]]:
    herd = Simulation(of=wanted, before=before, recorded=before.kubernetes_version)
    seen = herd.look()
    plan = compute(wanted, seen, before.machines)
    return [told(one) for one in (plan, *following(wanted, seen, before.machines, plan)) if one.stages]


def test_one_control_plane_is_upgraded_by_one_plan() -> None:
    before, wanted = (world.cluster(1, 1, version=version) for version in ("1.33.7", "1.34.4"))
    assert len(foretold(wanted, before)) == 1
    assert foretold(wanted, before) == whole(wanted, before)


def test_api_servers_and_kubelets_of_each_minor_have_a_plan_of_their_own() -> None:
    before, wanted = (world.cluster(3, 2, version=version) for version in ("1.33.7", "1.36.1"))
    found = foretold(wanted, before)
    assert [plan[0] for plan in found] == ["1.34.4", "1.34.4", "1.35.3", "1.35.3", "1.36.1", "1.36.1"]
    assert found == whole(wanted, before)


@given(changes())
@settings(deadline=None)
def test_any_upgrade_join_and_removal_goes_as_foretold(change: tuple[Cluster, Cluster]) -> None:
    before, wanted = change
    found, expected = foretold(wanted, before), whole(wanted, before)
    assert [plan for plan in found if len(plan) > 1] == [plan for plan in expected if len(plan) > 1]


def test_what_is_staged_once_is_not_staged_again() -> None:
    before, wanted = (world.cluster(3, 1, version=version) for version in ("1.33.7", "1.34.4"))
    herd = Simulation(of=wanted, before=before, recorded=before.kubernetes_version)
    seen = herd.look()
    plan = compute(wanted, seen)
    (later,) = following(wanted, seen, (), plan)
    assert plan.stages[0].name == "stage artifacts"
    assert [stage.name for stage in later.stages] == ["snapshot", "upgrade control planes", "upgrade workers"]


def test_settings_of_a_running_cluster_end_with_a_note_of_their_own() -> None:
    of = world.cluster(1, 1, kubeadm=Kubeadm(kubelet_configuration={"maxPods": 200}))
    seen = world.converged(world.cluster(1, 1))
    plan = compute(of, seen)
    (later,) = following(of, seen, (), plan)
    assert [operation.operation for operation in plan.operations] == ["record", "kubelet", "kubelet"]
    assert [step.name for one in later.operations for step in one.steps] == ["settings-record"]


def test_a_new_cluster_stands_after_one_plan() -> None:
    of = world.cluster(3, 2)
    seen = world.observation(of, {"others": {"state": "bare"}}, None)
    plan = compute(of, seen)
    assert plan.stages[0].name == "prepare machines"
    assert following(of, seen, (), plan) == ()


def test_nothing_is_foretold_after_a_refusal() -> None:
    of = world.cluster(1, 1, version="1.33.7")
    seen = world.observation(of, {"others": {"state": "member", "version": "1.34.4"}}, {"version": "1.34.4"})
    plan = compute(of, seen)
    assert plan.refusals
    assert following(of, seen, (), plan) == ()


def test_addons_come_with_the_plan_that_leads_to_the_last_version_and_once() -> None:
    before, wanted = (world.cluster(1, 1, version=version) for version in ("1.33.7", "1.35.3"))
    wanted = wanted.model_copy(update={"addons": (Addon(name="web", manifests=("addons/web.yaml",), digest="a"),)})
    herd = Simulation(of=wanted, before=before, recorded=before.kubernetes_version)
    seen = herd.look()
    plan = compute(wanted, seen, before.machines)
    later = following(wanted, seen, before.machines, plan)
    assert plan.addons == ()
    assert [[addon.name for addon in one.addons] for one in later][-1] == ["web"]
    assert sum(len(one.addons) for one in later) == 1
