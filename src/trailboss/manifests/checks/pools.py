"""What is wrong between hosts and what picks them: KubeadmControlPlane, MachineDeployment, MachineSet."""

from collections.abc import Iterator

from trailboss.manifests.group import Group
from trailboss.manifests.hosts import PoolObjects, pools, pools_of
from trailboss.manifests.links import CONTROL_PLANE_REF, INFRASTRUCTURE, Link
from trailboss.manifests.objects import KubeObject
from trailboss.manifests.schema.kinds import WORKER_POOLS
from trailboss.manifests.schema.pools import MachineDeploymentManifest, MachineSetManifest
from trailboss.manifests.schema.ssh import SSHMachineManifest
from trailboss.model.problem import Problem

_LONGEST_NODE_NAME = 63


def pool_problems(group: Group) -> Iterator[Problem]:
    """Yield what is wrong with the roles and the picking of hosts."""
    yield from _roles(group)
    yield from _two_kinds_of_control_planes(group)
    yield from _not_beside_wksctl(group)
    found = pools(group)
    yield from _picked_twice(found)
    for pool in found:
        yield from _number(pool, group)
        yield from _pool_itself(pool)
        for host in pool.hosts:
            yield from _host(pool, host, group)


def _roles(group: Group) -> Iterator[Problem]:
    """Yield SSHMachines that a Machine refers to and that have no role: nothing else gives them one."""
    for machine in group.of_kinds("Machine"):
        host = Link(machine, INFRASTRUCTURE, ()).target(group)
        if host and isinstance(host.shape, SSHMachineManifest) and host.look("spec", "role") is None:
            yield host.problem(("spec", "role"), "a required field is missing", allowed="control-plane, worker")


def _two_kinds_of_control_planes(group: Group) -> Iterator[Problem]:
    for cluster in group.of_kinds("Cluster"):
        control_plane = Link(cluster, CONTROL_PLANE_REF, ()).target(group)
        for machine in group.of_kinds("Machine") if control_plane else ():
            host = Link(machine, INFRASTRUCTURE, ()).target(group)
            role = host.look("spec", "role") if host else None
            if role == "control-plane" and machine.look("spec", "clusterName") == cluster.name:
                yield machine.problem(
                    ("spec", "infrastructureRef", "name"),
                    "a control plane beside those of a KubeadmControlPlane",
                    found=machine.name,
                    allowed="no Machine for it: the KubeadmControlPlane's hostSelector picks its host",
                )


def _not_beside_wksctl(group: Group) -> Iterator[Problem]:
    for cluster in group.of_kinds("Cluster"):
        kind = cluster.look(*INFRASTRUCTURE, "kind")
        if kind == "ExistingInfraCluster" and pools_of(group, cluster):
            message = "what picks hosts goes with an SSHCluster; `trailboss convert` writes one"
            yield cluster.problem((*INFRASTRUCTURE, "kind"), message, found=kind, allowed="SSHCluster")


def _number(pool: PoolObjects, group: Group) -> Iterator[Problem]:
    readable = all(template.whole for template in group.of_kinds("SSHMachineTemplate", "SSHMachine"))
    if pool.replicas is None or pool.template is None or not readable or group.unreadable:
        return
    there = len(pool.matching)
    if there < pool.replicas:
        yield pool.owner.problem(
            ("spec", "replicas"),
            "too few hosts: none can be made up",
            found=f"{pool.replicas} replicas, and {there} SSHMachines that its hostSelector matches and no Machine has",
            allowed=f"up to {there}, or more SSHMachines",
        )
    elif there > pool.replicas:
        spare = ", ".join(host.name for host in pool.matching[pool.replicas :][:5])
        yield pool.owner.at("spec", "replicas").problem(
            "more hosts than replicas: the last by name take no part",
            found=f"{pool.replicas} replicas, and {there} SSHMachines that its hostSelector matches; spare: {spare}",
            severity="warning",
        )


def _picked_twice(found: tuple[PoolObjects, ...]) -> Iterator[Problem]:
    first: dict[str, PoolObjects] = {}
    for pool in found:
        for host in pool.hosts:
            before = first.setdefault(host.name, pool)
            if before is not pool:
                yield host.problem(
                    ("metadata", "name"),
                    "two pick this host",
                    found=f"{before} ({before.owner.origin}) and {pool} ({pool.owner.origin})",
                    allowed="labels and hostSelectors that tell them apart",
                )


def _host(pool: PoolObjects, host: KubeObject, group: Group) -> Iterator[Problem]:
    role = host.look("spec", "role")
    if role is not None and host.whole and role != pool.role:
        yield host.problem(
            ("spec", "role"),
            f"{pool} ({pool.owner.origin}) picks this host",
            found=str(role),
            allowed=f"{pool.role}, or leave it out",
        )
    if len(host.name) > _LONGEST_NODE_NAME:
        message = "not a name for a machine, which is also its node's name"
        yield host.problem(("metadata", "name"), message, found=host.name, allowed="up to 63 characters")
    if any(machine.name == host.name for machine in group.of_kinds("Machine")):
        message = f"{pool} picks this host, and a Machine that refers to another has its name: two nodes of one name"
        yield host.problem(("metadata", "name"), message, found=host.name, allowed="a name of its own")


def _pool_itself(pool: PoolObjects) -> Iterator[Problem]:
    match pool.owner.shape:
        case MachineDeploymentManifest() | MachineSetManifest() as manifest:
            spec = manifest.spec
        case _:
            return
    if spec.template.spec.cluster_name != spec.cluster_name:
        way = ("spec", "template", "spec", "clusterName")
        message = "a pool and its machines belong to one cluster"
        yield pool.owner.problem(way, message, found=spec.template.spec.cluster_name, allowed=spec.cluster_name)
    if not spec.selector.matches({**_given_labels(pool, spec.cluster_name), **spec.template.metadata.labels}):
        yield pool.owner.problem(
            ("spec", "selector"),
            "does not match the labels of its own machines",
            allowed="labels of spec.template.metadata.labels, or no selector; a template's hostSelector picks hosts",
        )


def _given_labels(pool: PoolObjects, cluster: str) -> dict[str, str]:
    """Return the labels that Cluster API gives to the machines of a pool itself."""
    kinds = dict(zip(WORKER_POOLS, ("deployment-name", "set-name"), strict=True))
    domain = "cluster.x-k8s.io"
    return {f"{domain}/cluster-name": cluster, f"{domain}/{kinds[pool.owner.kind.name]}": pool.owner.name}
