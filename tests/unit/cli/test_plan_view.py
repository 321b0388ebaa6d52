import io
from datetime import timedelta

from rich.console import Console, RenderableType

from trailboss.cli.plan_view import plan_view, preflight_view
from trailboss.model.addons import AddonPlan
from trailboss.model.plan import MachineOperation, Plan, Refusal, Stage, Step
from trailboss.model.rollout import Window


def shown(plan: Plan) -> str:
    return text(plan_view(plan))


def text(view: RenderableType) -> str:
    out = io.StringIO()
    Console(file=out, width=100, color_system=None).print(view)
    return out.getvalue()


def join(machine: str) -> MachineOperation:
    steps = (Step(name="images", reason="2 are not on the host"), Step(name="kubeadm-join", reason="not a node yet"))
    return MachineOperation(machine=machine, role="worker", operation="join", steps=steps)


def test_stages_machines_and_steps_with_reasons() -> None:
    stages = (Stage(name="workers", parallel=2, operations=(join("w1"), join("w2"))),)
    plan = Plan(cluster="demo", kubernetes_version="1.34.4", observed_version="1.34.4", stages=stages, notes=("w3 is",))
    assert shown(plan) == (
        "demo (Kubernetes 1.34.4): 2 machine operations\n"
        "1. workers, 2 at a time\n"
        "├── join w1 (worker)\n"
        "│   ├── images: 2 are not on the host\n"
        "│   └── kubeadm-join: not a node yet\n"
        "└── join w2 (worker)\n"
        "    ├── images: 2 are not on the host\n"
        "    └── kubeadm-join: not a node yet\n"
        "note: w3 is\n"
    )


def test_refusals_come_with_their_remedy() -> None:
    refusal = Refusal(reason="1.33 is older than what runs", remedy="ask for 1.34 or newer")
    plan = Plan(cluster="demo", kubernetes_version="1.33.4", observed_version="1.34.4", refusals=(refusal,))
    assert "refused: 1.33 is older than what runs\n  do: ask for 1.34 or newer" in shown(plan)
    assert "1.34.4 → 1.33.4" in shown(plan)


def test_nothing_to_do_says_so() -> None:
    assert "nothing to do" in shown(Plan(cluster="demo", kubernetes_version="1.34.4", observed_version="1.34.4"))


def test_what_comes_before_machines_leave_service_and_all_versions_on_the_way() -> None:
    stage = Stage(name="upgrade workers", parallel=2, operations=(join("w1"), join("w2")), first_alone=True)
    night = Window(days=("Sat", "Sun"), start="22:00", duration=timedelta(hours=4), zone="Europe/Berlin")
    plan = Plan(
        cluster="demo",
        kubernetes_version="1.34.4",
        later_versions=("1.35.0",),
        observed_version="1.33.4",
        stages=(stage,),
        approval=True,
        windows=(night,),
    )
    view = shown(plan)
    assert "1.33.4 → 1.34.4 → 1.35.0" in view
    assert "upgrade workers, 2 at a time, the first alone" in view
    assert "before machines leave service: an operator approves" in view
    assert "machines leave service only from 22:00 for 4 h (Europe/Berlin): Sat, Sun" in view


def test_preflight_shows_what_the_checks_found_and_nothing_else() -> None:
    refused = Refusal(reason="2 of 3 members are well", remedy="bring it back", check="EtcdHealthy", machine="cp-2")
    waived = Refusal(reason="a pod would be lost", remedy="move it", check="PodsAtRisk", temporary=True)
    stage = Stage(name="workers", parallel=2, operations=(join("w1"),))
    plan = Plan(cluster="demo", kubernetes_version="1.34.4", stages=(stage,), refusals=(refused,), waived=(waived,))
    assert text(preflight_view(plan)) == (
        "demo (Kubernetes nothing → 1.34.4): refused for 1 reason(s)\n"
        "refused: [EtcdHealthy] cp-2: 2 of 3 members are well\n"
        "  do: bring it back\n"
        "waived: [PodsAtRisk] a pod would be lost\n"
    )
    assert "nothing stands in the way" in text(preflight_view(plan.model_copy(update={"refusals": ()})))


def test_addons_come_after_the_stages_with_their_reasons() -> None:
    addons = (
        AddonPlan(name="cni", operation="apply", reason="it is not applied yet"),
        AddonPlan(name="web", operation="apply", reason="its content differs", depends_on=("cni",)),
        AddonPlan(name="old", operation="remove", reason="it is not in the manifests any more"),
    )
    plan = Plan(cluster="demo", kubernetes_version="1.34.4", observed_version="1.34.4", addons=addons)
    assert shown(plan) == (
        "demo (Kubernetes 1.34.4): 3 addons\n"
        "1. addons, one after the other\n"
        "├── apply cni: it is not applied yet\n"
        "├── apply web: its content differs, after cni\n"
        "└── remove old: it is not in the manifests any more\n"
    )
