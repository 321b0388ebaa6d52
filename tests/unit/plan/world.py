"""Clusters in any state, made from a few words: for the cases of the planner."""

from typing import Any

from tests.unit.plan.sight import VERSION, Sight

from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine, Role
from trailboss.model.plan import Plan
from trailboss.plan import Observation


def cluster(control_planes: int = 3, workers: int = 1, **given: Any) -> Cluster:  # noqa: ANN401 - fields of any type
    """`machines` among `given`: machine name to fields of it; the other fields are the cluster's."""
    version = given.pop("version", VERSION)
    special = given.pop("machines", {})
    without = given.pop("without", ())
    names = [*(f"cp-{n}" for n in range(1, control_planes + 1)), *(f"w-{n}" for n in range(1, workers + 1))]
    machines = [machine(name, version, **special.get(name, {})) for name in names if name not in without]
    return Cluster.model_validate({"name": "demo", "kubernetes_version": version, "machines": machines, **given})


def machine(name: str, version: str = VERSION, **given: object) -> Machine:
    """cp-N is a control plane at 10.0.0.N, w-N a worker at 10.0.1.N."""
    kind, number = name.split("-")
    role: Role = "control-plane" if kind == "cp" else "worker"
    address = f"10.0.{int(role == 'worker')}.{number}"
    fields = {"name": name, "role": role, "address": address, "kubernetes_version": version, **given}
    return Machine.model_validate(fields)


def observation(
    of: Cluster, hosts: dict[str, Any], api: dict[str, Any] | None, former: tuple[Machine, ...] = ()
) -> Observation:
    """Return what is seen when each host is in the state given.

    `hosts`: machine name to {state: bare | prepared | member | foreign | unreachable | lost, version, and facts of its
    own}; "others" stands for the rest. foreign: a member of a cluster that others made. unreachable: it may be well,
    and only this worker cannot reach it; lost: its node is not Ready either. `version`: what its kubelet and, on a
    control plane, its API server run; default: the API's.
    `api`: None where no API server answers, else {version, recorded, releases, …; nodes and control_planes: name to
    fields of its own, or None for one that is not there; those of members are there by themselves}.
    """
    return Sight(of, former, hosts, api).observation


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
