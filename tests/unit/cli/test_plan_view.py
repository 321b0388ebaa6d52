import io

from rich.console import Console

from trailboss.cli.plan_view import plan_view
from trailboss.model.plan import MachineOperation, Plan, Refusal, Stage, Step


def shown(plan: Plan) -> str:
    out = io.StringIO()
    Console(file=out, width=100, color_system=None).print(plan_view(plan))
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
