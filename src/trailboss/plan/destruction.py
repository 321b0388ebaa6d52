"""How a whole cluster is taken apart: every host is reset, and nobody is left who would have to be spared.

Nothing here needs an API server, a quorum, or what was done before, so that a cluster of which only a part is left
can always be taken apart further.
"""

from collections.abc import Iterator

from trailboss.facts import MachineFacts
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.model.plan import MachineOperation, Plan, Refusal, Stage
from trailboss.plan.etcd import alive
from trailboss.plan.observation import Observation
from trailboss.plan.operations import operations, steps

_AT_ONCE = 16
_NOT_EMPTIED = "no machine is emptied first: pods end where they run, and what they keep on the hosts is lost"


def unconfirmed(cluster: Cluster, observation: Observation) -> Plan:
    """No push alone takes a cluster apart: an operator's word comes on top of the manifests'."""
    refusal = Refusal(
        reason=f"the manifests say that cluster {cluster.name} is to be destroyed; a push alone destroys nothing",
        remedy=f"run `trailboss destroy {cluster.name}` to confirm it, or take the field out again",
    )
    return _plan(cluster, observation, refusals=(refusal,))


def destruction(cluster: Cluster, observation: Observation, former: tuple[Machine, ...]) -> Plan:
    """Reset every host that is this cluster's, workers first; `former` as in `compute`."""
    found = _stages(cluster, observation, former)
    stages = tuple(stage for stage in found if stage.operations)
    return _plan(
        cluster,
        observation,
        stages=stages,
        notes=tuple(_notes(cluster, observation, former, begins=bool(stages))),
        postponed=tuple(machine.name for machine in _all(cluster, former) if machine.name in observation.unreachable),
    )


def _plan(cluster: Cluster, observation: Observation, **found: object) -> Plan:
    """Neither windows nor an approval are waited for: the operator who has confirmed it wants it now."""
    known = {"cluster": cluster.name, "kubernetes_version": cluster.kubernetes_version, "destroys": True}
    return Plan.model_validate({**known, "observed_version": observation.api_version, **found})


def _stages(cluster: Cluster, observation: Observation, former: tuple[Machine, ...]) -> Iterator[Stage]:
    """Control planes go from the last to the first: the API is there for as long as it can be."""
    ours = [machine for machine in _all(cluster, former) if _is_ours(cluster, observation.machines.get(machine.name))]
    workers = [machine for machine in ours if machine.role == "worker"]
    control_planes = [machine for machine in ours if machine.role == "control-plane"]
    yield Stage(name="snapshot", parallel=1, operations=_snapshot(observation, control_planes))
    yield Stage(name="destroy workers", parallel=_AT_ONCE, operations=_resets(workers))
    yield Stage(name="destroy control planes", parallel=1, operations=_resets(control_planes[::-1]))


def _all(cluster: Cluster, former: tuple[Machine, ...]) -> list[Machine]:
    names = {machine.name for machine in cluster.machines}
    return [*cluster.machines, *(machine for machine in former if machine.name not in names)]


def _is_ours(cluster: Cluster, facts: MachineFacts | None) -> bool:
    """A host that was only prepared is given up, too; what carries no mark of this cluster is not touched."""
    return facts is not None and facts.owner == cluster.name


def _resets(machines: list[Machine]) -> tuple[MachineOperation, ...]:
    reason = {"host-reset": "nothing of the cluster stays on the host"}
    return operations("destroy", ((machine, steps(reason)) for machine in machines))


def _snapshot(observation: Observation, control_planes: list[Machine]) -> tuple[MachineOperation, ...]:
    """Where etcd is whole. The step never holds the rest up: who destroys a cluster need not be able to save it."""
    living = alive(observation)
    source = next((machine for machine in control_planes if machine.name in living), None)
    if source is None or observation.nodes is None or observation.etcd_problems:
        return ()
    return operations("snapshot", [(source, steps({"last-snapshot": "it is all that will be left of the cluster"}))])


def _notes(cluster: Cluster, observation: Observation, former: tuple[Machine, ...], *, begins: bool) -> Iterator[str]:
    if begins:
        yield _NOT_EMPTIED
    for machine in _all(cluster, former):
        facts, why = observation.machines.get(machine.name), observation.unreachable.get(machine.name)
        if why is not None:
            yield (
                f"{machine.name} cannot be looked at and is left behind for now: {why}; it is reset once it answers;"
                f" `trailboss skip {cluster.name} {machine.name}` gives it up, and by hand the same is done by"
                " `kubeadm reset` there and by removing owner, member and fence in /var/lib/trailboss"
            )
        elif facts is not None and facts.owner not in ("", cluster.name):
            yield f"{machine.name} belongs to cluster {facts.owner} by now; it is left alone"
        elif facts is not None and facts.carries_other_kubernetes:
            yield f"{machine.name} carries Kubernetes that Trailboss did not put there; it is left alone"
