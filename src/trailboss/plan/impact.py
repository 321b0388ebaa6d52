"""Whom a change disturbs: machines that leave service, pods that go elsewhere, API servers that restart."""

from collections.abc import Iterator, Sequence
from typing import Final

from trailboss.model.cluster import Cluster
from trailboss.model.plan import MachineOperation, Plan
from trailboss.model.preview import Disruption, PodsOf
from trailboss.plan.observation import Observation

_RESTARTS_API_SERVER: Final = frozenset(
    ("kubeadm-upgrade-apply", "kubeadm-upgrade-node", "kubeadm-reconfigure", "renew-certificates")
)
_OUTAGE: Final = "its API server restarts, and it is the only one: the API is away meanwhile"


def disruptions(cluster: Cluster, observation: Observation, plans: Sequence[Plan]) -> tuple[Disruption, ...]:
    """Return what all of `plans` disturb, one entry for each machine, in the order in which they begin with it.

    Pods were seen before the first of the plans begins; where they are by the time nobody knows.
    """
    reasons: dict[str, dict[str, None]] = {}
    operations: dict[str, MachineOperation] = {}
    for operation in (operation for plan in plans for operation in plan.operations):
        found = dict.fromkeys(_reasons(cluster, operation))
        if found:
            reasons.setdefault(operation.machine, {}).update(found)
            operations.setdefault(operation.machine, operation)
    return tuple(_disruption(observation, plans, operations[name], "; ".join(why)) for name, why in reasons.items())


def _disruption(observation: Observation, plans: Sequence[Plan], operation: MachineOperation, why: str) -> Disruption:
    name = operation.machine
    drained = any(
        step.name == "drain" for plan in plans for one in plan.operations if one.machine == name for step in one.steps
    )
    pods = [one for one in observation.evicted if one.node == name] if drained else []
    blocked = [one for one in observation.evictions_blocked if one.node == name] if drained else []
    return Disruption(
        machine=name,
        role=operation.role,
        why=why,
        pods=tuple(PodsOf(namespace=one.namespace, workload=one.workload, count=one.count) for one in pods),
        blocked=tuple(f"{one.namespace}/{one.pod}: {one.why or one.budget}" for one in blocked),
    )


def _reasons(cluster: Cluster, operation: MachineOperation) -> Iterator[str]:
    steps = {step.name for step in operation.steps}
    if operation.role == "control-plane" and steps & _RESTARTS_API_SERVER:
        yield _OUTAGE if len(cluster.control_planes) == 1 else "its API server restarts; the others go on"
    if operation.operation in {"remove", "destroy"}:
        yield "is emptied and leaves for good" if "drain" in steps else "leaves for good"
    elif "drain" in steps:
        yield "is out of service while its kubelet restarts"
    elif "kubelet-configuration" in steps:
        yield "its kubelet restarts; its pods run on"
