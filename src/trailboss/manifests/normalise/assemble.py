"""A cluster's objects → its draft."""

from collections.abc import Iterator, Mapping
from typing import Any

from trailboss.manifests.defaults import Defaults
from trailboss.manifests.normalise import from_existing_infra, from_ssh
from trailboss.manifests.normalise.draft import ClusterParts, Draft, MachineDraft, MachineParts
from trailboss.manifests.objects import KubeObject
from trailboss.manifests.references import ClusterObjects, MachineObjects
from trailboss.manifests.schema.cluster_api import ClusterManifest, MachineManifest
from trailboss.manifests.schema.existing_infra import ExistingInfraClusterManifest, ExistingInfraMachineManifest
from trailboss.manifests.schema.ssh import SSHClusterManifest, SSHMachineManifest
from trailboss.model.cluster import Cluster, Endpoint
from trailboss.model.machine import Machine, SSHAccess


def assemble(objects: ClusterObjects, beside: Mapping[str, str], defaults: Defaults) -> Draft:
    """Put together what could be read; what could not makes the draft incomplete.

    `beside`: path in the repository → text of whatever stands in the cluster's folder.
    """
    parts = _cluster_parts(objects.infrastructure, beside)
    if objects.infrastructure is None or objects.infrastructure.kind.name != "SSHCluster":
        parts = defaults.below(parts)
    machines = sorted(_machines(objects, parts), key=lambda draft: draft.machine.name)
    values = _network_values(objects.cluster) | dict(parts.values)
    version = values.pop("kubernetes_version", "") or _version_of(machines)
    cluster = Cluster(
        name=objects.cluster.name,
        endpoint=_endpoint(objects.cluster) or parts.endpoint,
        kubernetes_version=version,
        machines=tuple(_with_version(draft.machine, version) for draft in machines),
        **values,
    )
    complete = len(machines) == len(objects.machines) and objects.cluster.shape is not None
    infrastructure_read = objects.infrastructure is not None and objects.infrastructure.shape is not None
    places = _places(objects.cluster) | dict(parts.places)
    unread = frozenset(_unread(objects.cluster))
    return Draft(cluster, tuple(machines), places, complete, infrastructure_read, parts, unread)


def _cluster_parts(item: KubeObject | None, beside: Mapping[str, str]) -> ClusterParts:
    match item.shape if item else None:
        case SSHClusterManifest() as manifest if item:
            return from_ssh.cluster_parts(item, manifest.spec, beside)
        case ExistingInfraClusterManifest() as manifest if item:
            return from_existing_infra.cluster_parts(item, manifest.spec)
    return ClusterParts({}, {}, {})


def _machines(objects: ClusterObjects, cluster: ClusterParts) -> list[MachineDraft]:
    drafts = (_machine(machine, cluster.ssh) for machine in objects.machines)
    return [draft for draft in drafts if draft]


def _machine(objects: MachineObjects, cluster_ssh: Mapping[str, Any]) -> MachineDraft | None:
    parts = _machine_parts(objects)
    if parts is None:
        return None
    item = objects.machine
    version = item.shape.spec.version if isinstance(item.shape, MachineManifest) else None
    machine = Machine(
        name=item.name,
        kubernetes_version=version or "",
        ssh=_access({**cluster_ssh, **parts.ssh}),
        **parts.values,
    )
    places = {"": item.at("metadata", "name"), "kubernetes_version": item.at("spec", "version"), **parts.places}
    whole = item.whole and objects.infrastructure is not None and objects.infrastructure.whole
    return MachineDraft(machine, places, whole)


def _machine_parts(objects: MachineObjects) -> MachineParts | None:
    item = objects.infrastructure
    match item.shape if item else None:
        case SSHMachineManifest() as manifest if item:
            return from_ssh.machine_parts(item, manifest.spec)
        case ExistingInfraMachineManifest() as manifest if item:
            machine = objects.machine.shape
            labels = machine.metadata.labels if machine else {}
            return from_existing_infra.machine_parts(item, manifest.spec, labels)
    return None


def _access(values: Mapping[str, Any]) -> SSHAccess:
    # null, on a machine, takes the cluster's value away: the model's default is left.
    given = {name: value for name, value in values.items() if value is not None}
    return SSHAccess.model_validate(given)


def _network_values(item: KubeObject) -> dict[str, Any]:
    if not isinstance(item.shape, ClusterManifest):
        return {}
    network = item.shape.spec.cluster_network
    values: dict[str, Any] = {"service_domain": network.service_domain}
    if network.pods:
        values["pod_cidr"] = network.pods.cidr_blocks[0]
    if network.services:
        values["service_cidr"] = network.services.cidr_blocks[0]
    return values


def _unread(item: KubeObject) -> Iterator[str]:
    read = _network_values(item)
    for field, name in (("pod_cidr", "pods"), ("service_cidr", "services")):
        if item.look("spec", "clusterNetwork", name) is not None and field not in read:
            yield field


def _endpoint(item: KubeObject) -> Endpoint | None:
    written = item.shape.spec.control_plane_endpoint if isinstance(item.shape, ClusterManifest) else None
    return Endpoint(host=written.host, port=written.port) if written else None


def _places(item: KubeObject) -> dict[str, Any]:
    return {
        "": item.at("metadata", "name"),
        "pod_cidr": item.at("spec", "clusterNetwork", "pods", "cidrBlocks"),
        "service_cidr": item.at("spec", "clusterNetwork", "services", "cidrBlocks"),
        "endpoint": item.at("spec", "controlPlaneEndpoint"),
    }


def _version_of(machines: list[MachineDraft]) -> str:
    """Return the version that machines give where the cluster gives none, as wksctl has it."""
    versions = [draft.machine.kubernetes_version for draft in machines if draft.machine.kubernetes_version]
    return versions[0] if versions else ""


def _with_version(machine: Machine, version: str) -> Machine:
    return machine if machine.kubernetes_version else machine.model_copy(update={"kubernetes_version": version})
