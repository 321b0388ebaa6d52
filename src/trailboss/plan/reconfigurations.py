"""How settings come to a running cluster: static pods, one control plane at a time; kubeadm's record; kubelets.

Control planes come before the record, so that a record that is right means that they are. Kubelets read what is
recorded, so they come after it; it counts as theirs once a later plan has seen that every one of them has it.
"""

from trailboss.kubeadm.settings import kubelet_digest
from trailboss.model.machine import Machine, Role
from trailboss.model.plan import MachineOperation, Step
from trailboss.plan import settings
from trailboss.plan.observation import PENDING
from trailboss.plan.operations import operations, steps
from trailboss.plan.situation import Situation


def control_planes(situation: Situation) -> tuple[MachineOperation, ...]:
    if not settings.may_change(situation):
        return ()
    return operations("reconfigure", ((machine, _static_pods(situation, machine)) for machine in _members(situation)))


def record(situation: Situation) -> tuple[MachineOperation, ...]:
    """The first control plane does it, for the whole cluster."""
    members, reasons = _members(situation), settings.to_record(situation)
    if not reasons or not members or not settings.may_change(situation):
        return ()
    if not _only_kubelets(situation, reasons):
        why = {"kubeadm-record": f"newcomers and upgrades go by it: {'; '.join(reasons)}"}
    elif settings.kubelets_are_set(situation):
        why = {"settings-record": "every kubelet has its configuration now"}
    else:
        why = {}
    return operations("record", [(members[0], steps(why))])


def kubelets(situation: Situation, role: Role) -> tuple[MachineOperation, ...]:
    if not settings.may_change(situation):
        return ()
    members = [machine for machine in _members(situation, role) if settings.kubelet(situation, machine)]
    return operations("kubelet", ((machine, _kubelet(situation, machine)) for machine in members))


def _static_pods(situation: Situation, machine: Machine) -> list[Step]:
    reasons = settings.control_plane(situation, machine)
    if not reasons:
        return []
    return steps(
        {
            "etcd-gate": "all that the API server needs has to be well while it restarts",
            "kubeadm-reconfigure": "; ".join(reasons),
            "etcd-member": "the next control plane waits until this API server is ready",
        }
    )


def _kubelet(situation: Situation, machine: Machine) -> list[Step]:
    return steps(
        {
            "kubelet-configuration": "; ".join(settings.kubelet(situation, machine)),
            "node-ready": "the next machine waits until this one is well",
        }
    )


def _only_kubelets(situation: Situation, reasons: tuple[str, ...]) -> bool:
    """Tell whether the record itself is right, and only its kubelets may not all have it."""
    recorded = situation.observation.recorded
    pending = f"{PENDING}{kubelet_digest(situation.cluster)}"
    return recorded is not None and recorded.own_kubelet == pending and len(reasons) == 1


def _members(situation: Situation, role: Role = "control-plane") -> list[Machine]:
    return [one for one in situation.cluster.machines if one.role == role and situation.is_member(one)]
