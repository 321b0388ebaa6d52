"""Clusters in any state, made from a few words: for the cases of the planner."""

from typing import Any

from tests.unit.steps.fake_host import bare, joined, prepared

from trailboss.facts import MachineFacts
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine, Role
from trailboss.model.plan import Plan
from trailboss.plan import NodeSeen, Observation

VERSION = "1.34.4"


def cluster(control_planes: int = 3, workers: int = 1, **given: Any) -> Cluster:  # noqa: ANN401 - fields of any type
    """`machines` among `given`: machine name to fields of it; the other fields are the cluster's."""
    version = given.pop("version", VERSION)
    special = given.pop("machines", {})
    named: list[tuple[str, Role, str]] = [
        *((f"cp-{n}", "control-plane", f"10.0.0.{n}") for n in range(1, control_planes + 1)),
        *((f"w-{n}", "worker", f"10.0.1.{n}") for n in range(1, workers + 1)),
    ]
    machines = [
        {"name": name, "role": role, "address": address, "kubernetes_version": version, **special.get(name, {})}
        for name, role, address in named
    ]
    return Cluster.model_validate({"name": "demo", "kubernetes_version": version, "machines": machines, **given})


def node(of: Cluster, machine: Machine, **given: object) -> NodeSeen:
    """The node that this machine is once all is well with it."""
    control_plane = machine.role == "control-plane"
    seen = {
        "name": machine.name,
        "ready": True,
        "kubelet_version": machine.kubernetes_version,
        "internal_address": machine.node_address,
        "pod_cidr": f"10.244.{of.machines.index(machine)}.0/24",
        "labels": {"kubernetes.io/hostname": machine.name, **machine.labels},
        "taints": machine.taints or (),
        "machine_id": f"id-of-{machine.name}",
        "control_plane": control_plane,
        "owned_labels": tuple(machine.labels),
        **given,
    }
    return NodeSeen.model_validate(seen)


def routes(of: Cluster, members: list[Machine]) -> dict[str, tuple[str, str]]:
    return {machine.name: (machine.node_address, node(of, machine).pod_cidr) for machine in members}


def observation(of: Cluster, hosts: dict[str, Any], api: dict[str, Any] | None) -> Observation:
    """Return what is seen when each host is in the state given.

    `hosts`: machine name to {state: bare | prepared | member | unreachable, and facts of its own}; "others" stands for
    the rest. `api`: None where no API server answers, else {version, and by node name: fields of its own or None for
    a node that is not there; nodes of members are there by themselves}.
    """
    states = {machine.name: hosts.get(machine.name, hosts.get("others", {"state": "bare"})) for machine in of.machines}
    members = [machine for machine in of.machines if states[machine.name]["state"] == "member"]
    seen = {name: _facts(of, of.machine(name), state, members) for name, state in states.items()}
    nodes = None if api is None else _nodes(of, members, api.get("nodes", {}))
    return Observation(
        machines={name: facts for name, facts in seen.items() if facts is not None},
        unreachable={name: "no route to host" for name, facts in seen.items() if facts is None},
        nodes=nodes,
        api_version="" if api is None else api.get("version", of.kubernetes_version),
        etcd_members=None if api is None else api.get("etcd_members"),
        initialised_before=bool(hosts.get("initialised_before")),
    )


def converged(of: Cluster) -> Observation:
    return observation(of, {"others": {"state": "member"}}, {})


def told(plan: Plan) -> list[str]:
    """Return a plan in one line for each operation: stage (parallel): machine step step …"""
    return [
        f"{stage.name} ({stage.parallel}): {operation.machine} {operation.operation}: "
        + " ".join(step.name for step in operation.steps)
        for stage in plan.stages
        for operation in stage.operations
    ]


def _facts(of: Cluster, machine: Machine, given: dict[str, Any], members: list[Machine]) -> MachineFacts | None:
    state = given["state"]
    if state == "unreachable":
        return None
    facts = bare(machine) if state == "bare" else prepared(of, machine)
    if state == "member":
        how = "init" if machine == of.control_planes[0] else "join"
        facts = joined(of, machine, routes(of, members), how, facts)
    own = {key: value for key, value in given.items() if key != "state"}
    return MachineFacts.model_validate({**facts.model_dump(), **own})


def _nodes(of: Cluster, members: list[Machine], given: dict[str, Any]) -> tuple[NodeSeen, ...]:
    known = {machine.name: machine for machine in of.machines}
    names = sorted({machine.name for machine in members} | set(given))
    return tuple(
        _node(of, known.get(name), name, given.get(name, {})) for name in names if given.get(name, {}) is not None
    )


def _node(of: Cluster, machine: Machine | None, name: str, own: dict[str, Any]) -> NodeSeen:
    if machine is None:
        return NodeSeen.model_validate({"name": name, "ready": True, "kubelet_version": VERSION, **own})
    return node(of, machine, **own)
