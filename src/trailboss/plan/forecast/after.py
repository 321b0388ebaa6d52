"""What is to be seen of a cluster once a plan has been carried out."""

from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.model.plan import Plan
from trailboss.plan.forecast.host import host_after
from trailboss.plan.forecast.recorded import recorded_after
from trailboss.plan.observation import AddonSeen, ControlPlaneSeen, NodeSeen, Observation
from trailboss.plan.running import parsed

_COMPONENTS = ("api_server", "controller_manager", "scheduler")
_SOME_ETCD = "as kubeadm brings it"


def after(cluster: Cluster, seen: Observation, former: tuple[Machine, ...], plan: Plan) -> Observation:
    """Return what is seen after `plan`; `former` as in `compute`. What no step touches stays as it was."""
    hop = cluster.at(plan.kubernetes_version)
    machines = {machine.name: machine for machine in (*former, *hop.machines)}
    for operation in plan.operations:
        for step in operation.steps:
            seen = _step(hop, seen, machines[operation.machine], step.name)
    return _addons(_api_version(seen), plan)


def _addons(seen: Observation, plan: Plan) -> Observation:
    """Those that are applied are there whole, those that are taken away are not."""
    there = {one.name: one for one in seen.addons}
    for addon in plan.addons:
        there.pop(addon.name, None)
        if addon.operation == "apply":
            there[addon.name] = AddonSeen(name=addon.name, digest=addon.digest, installed=True)
    return _with(seen, addons=tuple(there.values()))


def _step(  # noqa: C901, PLR0911 - one line for each step
    cluster: Cluster, seen: Observation, machine: Machine, step: str
) -> Observation:
    name, facts = machine.name, seen.machines.get(machine.name)
    if facts is not None:
        seen = _with(seen, machines={**seen.machines, name: host_after(cluster, machine, facts, step)})
    match step:
        case "kubeadm-init" | "kubeadm-join":
            return _joined(cluster, seen, machine)
        case "kubeadm-upgrade-apply":
            return _with(_upgraded(cluster, seen, machine), recorded_version=cluster.kubernetes_version)
        case "kubeadm-upgrade-node":
            return _upgraded(cluster, seen, machine)
        case "kubelet":
            return _node(seen, name, kubelet_version=cluster.kubernetes_version)
        case "drain":
            return _node(seen, name, unschedulable=True, cordoned_by="this change")
        case "uncordon":
            return _node(seen, name, unschedulable=False, cordoned_by="")
        case "node-ready":
            return _node(seen, name, ready=True)
        case "etcd-member":
            return _member(seen, name)
        case "etcd-leave":
            return _left(seen, name)
        case "node-delete":
            return _with(seen, nodes=tuple(node for node in seen.nodes or () if node.name != name))
        case "kubeadm-record" | "settings-record":
            return _with(seen, recorded=recorded_after(cluster, seen.recorded, step))
    return seen


def _with(seen: Observation, **changes: object) -> Observation:
    return seen.model_copy(update=changes)


def _joined(cluster: Cluster, seen: Observation, machine: Machine) -> Observation:
    node = NodeSeen(
        name=machine.name,
        ready=True,
        kubelet_version=cluster.kubernetes_version,
        internal_address=machine.node_address,
        labels=machine.labels,
        taints=machine.taints or (),
        control_plane=machine.role == "control-plane",
        machine_id=seen.machines[machine.name].machine_id if machine.name in seen.machines else "",
    )
    others = tuple(one for one in seen.nodes or () if one.name != machine.name)
    seen = _with(seen, nodes=(*others, node), recorded_version=seen.recorded_version or cluster.kubernetes_version)
    return _member(_upgraded(cluster, seen, machine), machine.name) if node.control_plane else seen


def _upgraded(cluster: Cluster, seen: Observation, machine: Machine) -> Observation:
    if machine.role != "control-plane":
        return seen
    before = seen.control_planes.get(machine.name, ControlPlaneSeen())
    etcd = before.etcd or next((one.etcd for one in seen.control_planes.values()), "") or _SOME_ETCD
    versions = {**dict.fromkeys(_COMPONENTS, cluster.kubernetes_version), "etcd": etcd}
    there = before.model_copy(update={**versions, "unhealthy": ()})
    return _with(seen, control_planes={**seen.control_planes, machine.name: there})


def _member(seen: Observation, name: str) -> Observation:
    members = seen.etcd_members or ()
    if name in members:
        return seen
    size = None if seen.etcd_size is None else seen.etcd_size + 1
    return _with(seen, etcd_members=(*members, name), etcd_size=size)


def _left(seen: Observation, name: str) -> Observation:
    members = tuple(member for member in seen.etcd_members or () if member != name)
    size = None if seen.etcd_size is None else max(seen.etcd_size - 1, len(members))
    planes = {other: plane for other, plane in seen.control_planes.items() if other != name}
    return _with(seen, etcd_members=members, etcd_size=size, control_planes=planes)


def _node(seen: Observation, name: str, **changes: object) -> Observation:
    nodes = tuple(
        node.model_copy(update=changes) if node.name == name else node  # of one that is not there nothing is told
        for node in seen.nodes or ()
    )
    return _with(seen, nodes=nodes if seen.nodes is not None else None)


def _api_version(seen: Observation) -> Observation:
    servers = [version for version in (parsed(one.api_server) for one in seen.control_planes.values()) if version]
    return _with(seen, api_version=str(min(servers))) if servers else seen
