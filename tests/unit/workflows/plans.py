"""Plans as the planner would make them."""

from trailboss.model.plan import MachineOperation, Plan, Refusal, Stage, Step
from trailboss.model.revision import Repository, Revision

REPOSITORY = Repository(name="fleet", url="/nowhere")
NOTHING = Plan(cluster="demo", kubernetes_version="1.34.4")
APPLY = ("etcd-gate", "kubeadm-binary", "kubeadm-upgrade-apply", "api-ready")
NODE = ("etcd-gate", "kubeadm-binary", "kubeadm-upgrade-node", "api-ready")
RESTART = ("drain", "kubelet", "uncordon", "node-ready")
WORKER = ("drain", "kubeadm-binary", "kubeadm-upgrade-node", "kubelet", "uncordon", "node-ready")


def revision(digit: str) -> Revision:
    return Revision(
        repository=REPOSITORY, commit=digit * 40, path="clusters/demo", digest="d" + digit * 39, subject=f"push {digit}"
    )


def operation(machine: str, name: str, *steps: str) -> MachineOperation:
    role = "control-plane" if machine.startswith("cp") else "worker"
    planned = tuple(Step(name=step, reason="it is missing") for step in steps)
    return MachineOperation.model_validate({"machine": machine, "role": role, "operation": name, "steps": planned})


def new_cluster(*workers: str) -> Plan:
    everyone = ("cp-1", "cp-2", "cp-3", *workers)
    return Plan(
        cluster="demo",
        kubernetes_version="1.34.4",
        stages=(
            Stage(
                name="prepare machines",
                parallel=16,
                operations=tuple(operation(m, "prepare", "kernel") for m in everyone),
            ),
            Stage(name="first control plane", parallel=1, operations=(operation("cp-1", "init", "kubeadm-init"),)),
            Stage(
                name="control planes",
                parallel=1,
                operations=tuple(operation(m, "join", "kubeadm-join", "etcd-member") for m in ("cp-2", "cp-3")),
            ),
            Stage(name="workers", parallel=16, operations=tuple(operation(m, "join", "kubeadm-join") for m in workers)),
            Stage(name="settle", parallel=16, operations=tuple(operation(m, "settle", "node-ready") for m in everyone)),
        ),
    )


def upgrade(workers: int = 2, version: str = "1.34.4", **more: object) -> Plan:
    """Return the plan of an upgrade of two control planes and so many workers."""
    names = [f"worker-{number}" for number in range(1, workers + 1)]
    everyone = ("cp-1", "cp-2", *names)
    stages = (
        Stage(
            name="stage artifacts",
            parallel=16,
            operations=tuple(operation(m, "stage", "staged-binaries") for m in everyone),
        ),
        Stage(name="snapshot", parallel=1, operations=(operation("cp-1", "snapshot", "etcd-snapshot"),)),
        Stage(
            name="upgrade control planes",
            parallel=1,
            disrupts=True,
            operations=(
                operation("cp-1", "upgrade", *APPLY, *RESTART, "etcd-member"),
                operation("cp-2", "upgrade", *NODE, *RESTART, "etcd-member"),
            ),
        ),
        upgrade_workers(*names),
    )
    plan = Plan(cluster="demo", kubernetes_version=version, stages=tuple(s for s in stages if s.operations))
    return plan.model_copy(update=more)


def upgrade_workers(*workers: str, **more: object) -> Stage:
    operations = tuple(operation(machine, "upgrade", *WORKER) for machine in workers)
    stage = Stage(name="upgrade workers", parallel=1, disrupts=True, operations=operations)
    return stage.model_copy(update=more)


def only_workers(count: int, **more: object) -> Plan:
    """Return a plan with nothing but the workers' upgrade."""
    stage = upgrade_workers(*(f"worker-{number}" for number in range(1, count + 1)), **more)
    return Plan(cluster="demo", kubernetes_version="1.34.4", stages=(stage,))


def refused(*, temporary: bool) -> Plan:
    refusal = Refusal(reason="cp-2 cannot be looked at.", remedy="Bring it back.", temporary=temporary)
    return NOTHING.model_copy(update={"refusals": (refusal,)})
