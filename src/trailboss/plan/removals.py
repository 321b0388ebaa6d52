"""How machines that the manifests have no more are taken out of the cluster, one at a time."""

from collections.abc import Sequence

from trailboss.model.plan import MachineOperation, Step
from trailboss.plan.leaving import Leaving
from trailboss.plan.operations import operations, steps
from trailboss.plan.situation import Situation


def remove_replaced(situation: Situation) -> tuple[MachineOperation, ...]:
    """What is left of a host that was replaced has the name under which the new one joins."""
    return _operations([one for one in situation.leaving if one.replaced])


def remove_first(situation: Situation) -> tuple[MachineOperation, ...]:
    """A dead member counts for etcd until it is taken out, and no control plane joins or is upgraded beside it."""
    return _operations([one for one in situation.going_first if not one.replaced])


def remove_machines(situation: Situation) -> tuple[MachineOperation, ...]:
    others = [one for one in situation.leaving if not one.replaced]
    return _operations([one for one in others if one not in situation.going_first])


def _operations(found: Sequence[Leaving]) -> tuple[MachineOperation, ...]:
    return operations("remove", ((one.machine, _steps(one)) for one in found))


def _steps(one: Leaving) -> list[Step]:
    """Nothing is drained from a node that is not Ready: its kubelet would never tell that a pod has ended."""
    gate = one.control_plane and one.answers and not one.failed
    return steps(
        {
            "etcd-gate": "etcd has to do without it for good" if gate else "",
            "drain": "its pods go elsewhere first" if one.ready else "",
            "etcd-leave": "its etcd member must not count for the quorum any more" if one.control_plane else "",
            "node-delete": _why_deleted(one) if one.node else "",
            "host-reset": "nothing of the cluster stays on the host" if one.answers else "",
        }
    )


def _why_deleted(one: Leaving) -> str:
    return "its host was replaced, and the new one joins" if one.replaced else "the manifests do not have it any more"
