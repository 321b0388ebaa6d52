"""What each machine goes through to get another version: kubeadm first, the kubelet last, on an empty machine.

A kubelet is never newer than any API server. Where several control planes get another minor, all kubelets therefore
wait for a plan of their own, which begins when every API server is seen to be there.
"""

from trailboss.model.machine import Machine
from trailboss.model.plan import MachineOperation, Step
from trailboss.plan.behind import KUBELET, applying, for_kubeadm
from trailboss.plan.operations import operations, steps
from trailboss.plan.running import components, parsed
from trailboss.plan.situation import Situation
from trailboss.steps import PREPARE, UPGRADE

_STAGED = (UPGRADE["staged-binaries"], PREPARE["images"])


def stage_artifacts(situation: Situation) -> tuple[MachineOperation, ...]:
    return operations("stage", ((machine, _artifacts(situation, machine)) for machine in situation.upgrading))


def upgrade_control_planes(situation: Situation) -> tuple[MachineOperation, ...]:
    found = ((machine, _control_plane(situation, machine)) for machine in situation.upgrading_control_planes)
    return operations("upgrade", found)


def upgrade_workers(situation: Situation) -> tuple[MachineOperation, ...]:
    if situation.holds_kubelets:
        return ()
    workers = (machine for machine in situation.upgrading if machine.role == "worker")
    return operations("upgrade", ((machine, _worker(situation, machine)) for machine in workers))


def drained(situation: Situation) -> frozenset[str]:
    """Return the names of the machines that are emptied on the way to the hop: upgraded, or removed while they run."""
    upgraded = {machine.name for machine in situation.upgrading if _restart(situation, machine)}
    return frozenset(upgraded | {one.machine.name for one in situation.leaving if one.ready})


def _artifacts(situation: Situation, machine: Machine) -> list[Step]:
    facts = situation.facts(machine)
    if facts is None:
        return []
    missing = {step.name: step.commands(situation.cluster, machine, facts) for step in _STAGED}
    return steps({name: "; ".join(command.summary for command in commands) for name, commands in missing.items()})


def _control_plane(situation: Situation, machine: Machine) -> list[Step]:
    hop = situation.cluster.kubernetes_version
    kubeadm, kubelet = _kubeadm(situation, machine), _kubelet(situation, machine)
    if not kubeadm and not kubelet:
        return []
    reasons = {
        "etcd-gate": "etcd has to do without this machine for a while",
        **kubeadm,
        "api-ready": f"nothing goes on before this API server serves {hop}",
        **kubelet,
        "etcd-member": "the next control plane waits until this one is a voting etcd member",
    }
    return steps(reasons)


def _worker(situation: Situation, machine: Machine) -> list[Step]:
    """The drain comes first: there is nothing to upgrade on a worker but the kubelet and what it runs."""
    kubelet = _kubelet(situation, machine)
    return steps({"drain": kubelet.pop("drain", ""), **_kubeadm(situation, machine), **kubelet})


def _kubeadm(situation: Situation, machine: Machine) -> dict[str, str]:
    """Return the reasons of the steps around `kubeadm upgrade`; none where it has done its part."""
    hop, recorded = situation.cluster.kubernetes_version, situation.observation.recorded_version
    why = ", ".join(for_kubeadm(situation.cluster, situation.observation, machine))
    first = machine == applying(situation.cluster, situation.observation)
    if not first and not why:
        return {}
    found = {"kubeadm-binary": "kubeadm is replaced before all else"}
    if first:
        return {**found, "kubeadm-upgrade-apply": f"the cluster is recorded as {recorded}; this carries it to {hop}"}
    return {**found, "kubeadm-upgrade-node": why}


def _kubelet(situation: Situation, machine: Machine) -> dict[str, str]:
    """Return the reasons of the steps around the kubelet's restart; none where it runs the version, or has to wait."""
    node = situation.observation.node(machine.name)
    cordoned = node is not None and bool(node.cordoned_by)
    restart = _restart(situation, machine)
    if situation.holds_kubelets or not (restart or cordoned):
        return {}
    return {
        **restart,
        "uncordon": "what Trailboss took out of service it gives back",
        "node-ready": "the next machine waits until this one is well",
    }


def _restart(situation: Situation, machine: Machine) -> dict[str, str]:
    hop, facts = situation.cluster.kubernetes_version, situation.facts(machine)
    seen = components(situation.observation, machine).get(KUBELET)
    commands = PREPARE["containerd"].commands(situation.cluster, machine, facts) if facts else []
    if seen == parsed(hop) and not commands:
        return {}
    return {
        "drain": "its kubelet restarts in another version",
        "containerd": "; ".join(command.summary for command in commands),
        "kubelet": f"it runs {seen or 'nothing that is known'}",
    }
