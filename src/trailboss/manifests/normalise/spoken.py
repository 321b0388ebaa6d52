"""What the objects of one cluster say of settings that more than one of them may say: see `agree`."""

from collections.abc import Iterator, Mapping
from itertools import chain

from trailboss.manifests.hosts import PoolObjects
from trailboss.manifests.normalise.agree import Said
from trailboss.manifests.normalise.draft import ClusterParts
from trailboss.manifests.normalise.from_existing_infra import endpoint_of
from trailboss.manifests.normalise.registrations import registrations
from trailboss.manifests.objects import KubeObject
from trailboss.manifests.reading.place import FieldPlace
from trailboss.manifests.schema.cluster_api import ClusterManifest
from trailboss.manifests.schema.control_plane import KubeadmControlPlaneManifest
from trailboss.manifests.schema.kubeadm_config import ClusterConfiguration, KubeadmConfigTemplateManifest, KubeadmFile
from trailboss.manifests.schema.pools import DeploymentSpec, MachineDeploymentManifest, MachineSetManifest, PoolSpec
from trailboss.manifests.schema.times import duration_text
from trailboss.model.cluster import Endpoint, HostFile, Kubeadm, Volume
from trailboss.model.rollout import MaxUnavailable, Rollout

COMPONENTS = {
    "apiServer": "api_server_extra_args",
    "controllerManager": "controller_manager_extra_args",
    "scheduler": "scheduler_extra_args",
    "kubelet": "kubelet_extra_args",
}
"""Component → its arguments' field of the model; a flag's Said is called "apiServer v"."""


def by_cluster(item: KubeObject) -> Iterator[Said]:
    """Yield what a Cluster says itself."""
    if not isinstance(item.shape, ClusterManifest):
        return
    network, endpoint = item.shape.spec.cluster_network, item.shape.spec.control_plane_endpoint
    at = ("spec", "clusterNetwork")
    yield Said("name", item.name, item.at("metadata", "name"))
    if network.pods:
        yield Said("pod_cidr", network.pods.cidr_blocks[0], item.at(*at, "pods", "cidrBlocks"))
    if network.services:
        yield Said("service_cidr", network.services.cidr_blocks[0], item.at(*at, "services", "cidrBlocks"))
    if item.look(*at, "serviceDomain"):
        yield Said("service_domain", network.service_domain, item.at(*at, "serviceDomain"))
    if endpoint:
        yield _endpoint(Endpoint(host=endpoint.host, port=endpoint.port), item.at("spec", "controlPlaneEndpoint"))


def by_infrastructure(item: KubeObject, parts: ClusterParts) -> Iterator[Said]:
    """Yield what the object that a Cluster's infrastructureRef names says, of what others may say, too."""
    if version := parts.values.get("kubernetes_version"):
        yield Said("kubernetes_version", version, parts.places["kubernetes_version"])
    if item.look("spec", "imageRepository"):
        yield Said("image_repository", parts.values["image_repository"], item.at("spec", "imageRepository"))
    kubeadm: Kubeadm = parts.values.get("kubeadm", Kubeadm())
    for component, field in COMPONENTS.items():
        place = item.at("spec", component, "extraArguments")
        yield from _arguments(component, getattr(kubeadm, field), place)
    for number, volume in enumerate(kubeadm.api_server_extra_volumes):
        yield Said(f"volume {volume.name}", volume, parts.places.get(f"volumes.{number}", item.at("spec")))
    for number, file in enumerate(parts.values.get("files", ())):
        yield Said(f"file {file.path}", file, parts.places.get(f"files.{number}", item.at("spec")))
    rollout: Rollout = parts.values.get("rollout", Rollout())
    if item.look("spec", "rollout", "maxUnavailable") is not None:
        yield _max_unavailable(rollout.max_unavailable, item.at("spec", "rollout", "maxUnavailable"))
    if item.look("spec", "rollout", "soak") is not None:
        place = item.at("spec", "rollout", "soak")
        yield Said("soak", int(rollout.soak.total_seconds()), place, duration_text(rollout.soak))


def by_pool(pool: PoolObjects) -> Iterator[Said]:
    """Yield what a pool says of its whole cluster."""
    yield from _by_control_plane(pool.owner)
    yield from _by_workers(pool.owner)
    for one in registrations(pool):
        yield from _arguments("kubelet", one.arguments, one.at("kubeletExtraArgs"))
    for file, place in files_of(pool):
        yield Said(f"file {file.path}", file, place)


def files_of(pool: PoolObjects) -> Iterator[tuple[HostFile, FieldPlace]]:
    """Yield the files that a pool's kubeadm configuration puts on its hosts, with where each stands."""
    config = pool.config.shape if pool.config else None
    if isinstance(pool.owner.shape, KubeadmControlPlaneManifest):
        for number, file in enumerate(pool.owner.shape.spec.kubeadm_config_spec.files):
            yield _file(file), pool.owner.at("spec", "kubeadmConfigSpec", "files", number)
    elif pool.config and isinstance(config, KubeadmConfigTemplateManifest):
        for number, file in enumerate(config.spec.template.spec.files):
            yield _file(file), pool.config.at("spec", "template", "spec", "files", number)


def _file(file: KubeadmFile) -> HostFile:
    return HostFile(path=file.path, content=file.content, mode=file.permissions)


def _by_control_plane(item: KubeObject) -> Iterator[Said]:
    if not isinstance(item.shape, KubeadmControlPlaneManifest):
        return
    spec, way = item.shape.spec, ("spec", "kubeadmConfigSpec", "clusterConfiguration")
    yield Said("kubernetes_version", spec.version, item.at("spec", "version"))
    configuration = spec.kubeadm_config_spec.cluster_configuration
    for component, flags in (
        ("apiServer", configuration.api_server.extra_args),
        ("controllerManager", configuration.controller_manager.extra_args),
        ("scheduler", configuration.scheduler.extra_args),
    ):
        yield from _arguments(component, flags, item.at(*way, component, "extraArgs"))
    for number, volume in enumerate(configuration.api_server.extra_volumes):
        mount = Volume(**volume.model_dump())
        yield Said(f"volume {volume.name}", mount, item.at(*way, "apiServer", "extraVolumes", number))
    for field, name in _CONFIGURED.items():
        value = _configured(configuration, field)
        if value is not None:
            yield Said(field, value, item.at(*way, *name.split(".")))
    if configuration.control_plane_endpoint:
        yield _endpoint(endpoint_of(configuration.control_plane_endpoint), item.at(*way, "controlPlaneEndpoint"))


_CONFIGURED = {
    "kubernetes_version": "kubernetesVersion",
    "image_repository": "imageRepository",
    "name": "clusterName",
    "pod_cidr": "networking.podSubnet",
    "service_cidr": "networking.serviceSubnet",
    "service_domain": "networking.dnsDomain",
}
"""Field of the model → where clusterConfiguration has it."""


def _configured(configuration: ClusterConfiguration, field: str) -> str | None:
    values: Mapping[str, str | None] = {
        "kubernetes_version": configuration.kubernetes_version,
        "image_repository": configuration.image_repository,
        "name": configuration.cluster_name,
        "pod_cidr": configuration.networking.pod_subnet,
        "service_cidr": configuration.networking.service_subnet,
        "service_domain": configuration.networking.dns_domain,
    }
    return values[field]


def _by_workers(item: KubeObject) -> Iterator[Said]:
    match item.shape:
        case MachineDeploymentManifest() as deployment:
            yield from _unavailable(item, deployment.spec)
            yield from _ready_seconds(item, deployment.spec)
        case MachineSetManifest() as machine_set:
            yield from _ready_seconds(item, machine_set.spec)


def _unavailable(item: KubeObject, spec: DeploymentSpec) -> Iterator[Said]:
    for strategy, way in ((spec.strategy, ("strategy",)), (spec.rollout.strategy, ("rollout", "strategy"))):
        wanted = strategy.rolling_update.max_unavailable
        if wanted is not None:
            yield _max_unavailable(wanted, item.at("spec", *way, "rollingUpdate", "maxUnavailable"))


def _ready_seconds(item: KubeObject, spec: PoolSpec) -> Iterator[Said]:
    ways: tuple[tuple[int | None, tuple[str, ...]], ...] = (
        (spec.min_ready_seconds, ("minReadySeconds",)),
        (spec.template.spec.min_ready_seconds, ("template", "spec", "minReadySeconds")),
    )
    for seconds, way in ways:
        if seconds is not None:
            yield Said("soak", seconds, item.at("spec", *way), f"{seconds} seconds")


def _arguments(component: str, flags: Mapping[str, str], place: FieldPlace) -> Iterator[Said]:
    for name, value in flags.items():
        yield Said(f"{component} {name}", value, FieldPlace(place.place, (*place.location, name)))


def _max_unavailable(value: MaxUnavailable, place: FieldPlace) -> Said:
    return Said("max_unavailable", value, place, f"{value.percent}%" if value.percent else str(value.number))


def _endpoint(value: Endpoint, place: FieldPlace) -> Said:
    return Said("endpoint", value, place, str(value))


def all_said(
    cluster: KubeObject, infrastructure: KubeObject | None, parts: ClusterParts, pools: tuple[PoolObjects, ...]
) -> tuple[Said, ...]:
    """Return what all objects of a cluster say, those first whose word counts.

    An installation's defaults, which stand in no manifest, count where nobody else says anything.
    """
    own = tuple(by_infrastructure(infrastructure, parts)) if infrastructure else ()
    written = [one for one in own if one.place.is_written]
    others = tuple(chain(by_cluster(cluster), written, *(by_pool(pool) for pool in pools)))
    fields = {one.field for one in others}
    return (*others, *(one for one in own if one.field not in fields))
