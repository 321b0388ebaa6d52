"""What a restore does: which snapshot, on which control plane, what is taken apart before. Decides; changes nothing."""

from collections.abc import Iterator, Mapping, Sequence

from trailboss.facts import MachineFacts
from trailboss.kubeadm.versions import Version, unsupported
from trailboss.model.base import Frozen
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.model.plan import MachineOperation, Step
from trailboss.model.snapshots import RestorePlan, StoredSnapshot
from trailboss.plan.running import parsed
from trailboss.steps import PREPARE

Looks = Mapping[str, MachineFacts | str]
"""By machine name: what was seen of it, or why it could not be looked at."""

_RESET = Step(name="host-reset", reason="no etcd of before may run beside the restored one")


class Wanted(Frozen):
    """What the operator asked for; "": the newest complete snapshot, the first control plane that answers."""

    snapshot: str = ""
    control_plane: str = ""


def plan_restore(
    cluster: Cluster,
    former: Sequence[Machine],
    looks: Looks,
    stored: Sequence[StoredSnapshot],
    wanted: Wanted,
    *,
    api_answers: bool = False,
) -> RestorePlan:
    """Return what has to be done.

    `former`: machines of the last applied revision that `cluster` has no more; `looks`: of all control planes of both.
    `stored`: oldest first. `api_answers`: the cluster that would be taken apart serves.
    """
    planes = (*cluster.control_planes, *(machine for machine in former if machine.role == "control-plane"))
    snapshot, no_snapshot = _choose(stored, wanted.snapshot)
    target, no_target = _target(cluster, looks, wanted.control_plane)
    others = [machine for machine in planes if machine != target]
    return RestorePlan(
        cluster=cluster.name,
        snapshot=snapshot,
        target=_restore(target) if target else None,
        resets=tuple(_reset(machine) for machine in others if _is_own(cluster, looks[machine.name])),
        lost={machine.name: look for machine in others if isinstance(look := looks[machine.name], str)},
        notes=tuple(_notes(cluster, looks, snapshot, target, api_answers=api_answers)),
        refusals=tuple(filter(None, (no_snapshot, no_target, *_others_kubernetes(cluster, looks)))),
    )


def _choose(stored: Sequence[StoredSnapshot], name: str) -> tuple[StoredSnapshot | None, str]:
    """Return the snapshot, and why there is none that can be restored."""
    found = [one for one in stored if one.name == name] if name else [one for one in stored if one.complete]
    if not found:
        listed = ", ".join(one.name for one in stored) or "none"
        return None, f"the store has no snapshot {name}; it has {listed}" if name else "the store has no whole snapshot"
    chosen = found[-1]
    version = parsed(chosen.kubernetes_version)
    problem = chosen.missing or (unsupported(version) if version else "it is not known which Kubernetes it is of")
    return chosen, f"the snapshot {chosen.name} cannot be restored: {problem}" if problem else ""


def _target(cluster: Cluster, looks: Looks, name: str) -> tuple[Machine | None, str]:
    """Return the control plane that gets the data, and why there is none."""
    planes = {machine.name: machine for machine in cluster.control_planes}
    if name and name not in planes:
        return None, f"the manifests have no control plane {name}; they have {', '.join(planes)}"
    machines = [planes[name]] if name else list(planes.values())
    answering = [machine for machine in machines if isinstance(looks[machine.name], MachineFacts)]
    if not answering:
        said = "; ".join(f"{machine.name}: {looks[machine.name]}" for machine in machines)
        return None, f"no control plane answers that could get the data: {said}"
    return answering[0], ""


def _others_kubernetes(cluster: Cluster, looks: Looks) -> Iterator[str]:
    """What is none of this cluster's is never taken apart."""
    owners = {machine.name for machine in cluster.control_planes}
    for name, facts in looks.items():
        if isinstance(facts, str):
            continue
        if facts.owner not in ("", cluster.name) and name in owners:
            yield f"host {name} belongs to cluster {facts.owner}"
        elif facts.carries_other_kubernetes:
            traces = ", ".join(facts.kubernetes_traces)
            yield f"host {name} carries Kubernetes that Trailboss did not put there: {traces}; see `kubeadm reset`"


def _notes(
    cluster: Cluster, looks: Looks, snapshot: StoredSnapshot | None, target: Machine | None, *, api_answers: bool
) -> Iterator[str]:
    if api_answers:
        yield "the cluster's API answers: a restore takes it apart, and what was written since the snapshot is lost"
    for name, look in looks.items():
        if isinstance(look, str):
            yield (
                f"{name} does not answer ({look}) and is left as it is: keep it off, or reset it, before it can come"
                " back with the etcd of before"
            )
    if target and cluster.api_endpoint.host in _addresses(cluster, but=target):
        yield f"clients reach the API at {cluster.api_endpoint}, which is not {target.name}: workers stay cut off"
    yield from _version_notes(parsed(snapshot.kubernetes_version) if snapshot else None, cluster)


def _version_notes(version: Version | None, cluster: Cluster) -> Iterator[str]:
    wanted = parsed(cluster.kubernetes_version)
    if version is None or wanted is None or version == wanted:
        return
    if version < wanted:
        yield f"the control plane comes back with Kubernetes {version}; the change that follows leads to {wanted}"
    else:
        yield (
            f"the control plane comes back with Kubernetes {version}, and the manifests ask for the older {wanted}:"
            f" the change that follows is refused until they name {version}"
        )


def _addresses(cluster: Cluster, *, but: Machine) -> set[str]:
    others = (machine for machine in cluster.control_planes if machine != but)
    return {address for machine in others for address in (machine.address, machine.node_address)}


def _is_own(cluster: Cluster, look: MachineFacts | str) -> bool:
    return isinstance(look, MachineFacts) and look.owner in ("", cluster.name)


def _reset(machine: Machine) -> MachineOperation:
    return MachineOperation(machine=machine.name, role=machine.role, operation="remove", steps=(_RESET,))


def _restore(machine: Machine) -> MachineOperation:
    steps = (
        _RESET,
        *(Step(name=step.name, reason=step.summary) for step in PREPARE.values()),
        Step(name="etcd-restore", reason="authorities, etcd's data and kubeadm init make it the first control plane"),
        Step(name="forget-nodes", reason="the other control planes join anew"),
    )
    return MachineOperation(machine=machine.name, role=machine.role, operation="restore", steps=steps)
