"""KubeadmConfigSpec of `bootstrap.cluster.x-k8s.io`, v1alpha3 to v1beta2: what of it has a place in the model.

Source: kubernetes-sigs/cluster-api, api/bootstrap/kubeadm. Fields that exist there and cannot be honoured here stand in
`not_yet_pools.py`.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from trailboss.manifests.schema.addresses import Address, Cidr, HostPort, Repository
from trailboss.manifests.schema.base import Manifest, Schema
from trailboss.manifests.schema.check_names import CheckName
from trailboss.manifests.schema.flags import FLAGS, Flags, KubeletFlags
from trailboss.manifests.schema.host import FileMode, HostPath, PathType, VolumeSpec
from trailboss.manifests.schema.ssh import TaintSpec
from trailboss.manifests.schema.texts import Domain, Version, refuse

_SOCKETS = tuple(
    f"{scheme}{folder}/containerd/containerd.sock" for scheme in ("unix://", "") for folder in ("/run", "/var/run")
)


def _socket(text: str) -> str:
    if text not in _SOCKETS:
        raise refuse("not containerd's socket, and no other runtime is used", ", ".join(_SOCKETS[:2]))
    return text


class Typed(Schema):
    """kubeadm's documents carry apiVersion and kind of their own, which say nothing here."""

    api_version: str = Field(default="", description="a text")
    kind: str = Field(default="", description="a text")


class KubeadmComponent(Schema):
    extra_args: Flags = Field(default={}, description=FLAGS)


class HostPathMount(VolumeSpec):
    """As VolumeSpec, with kubeadm's defaults."""

    read_only: bool = Field(default=False, description="true or false")
    path_type: PathType = Field(
        default="", description='File, FileOrCreate, Directory, DirectoryOrCreate, Socket, "" for no check'
    )


class KubeadmApiServer(KubeadmComponent):
    extra_volumes: list[HostPathMount] = Field(
        default=[], description="a list of mappings with name, hostPath, mountPath, readOnly, pathType"
    )
    cert_sans: list[Address] = Field(default=[], alias="certSANs", description="a list of IPv4 addresses and DNS names")


class LocalEtcd(Schema):
    data_dir: Literal["/var/lib/etcd"] = Field(default="/var/lib/etcd", description="/var/lib/etcd")


class Etcd(Schema):
    local: LocalEtcd = Field(default=LocalEtcd(), description="a mapping with dataDir")


class Networking(Schema):
    pod_subnet: Cidr | None = Field(default=None, description="an IPv4 range")
    service_subnet: Cidr | None = Field(default=None, description="an IPv4 range")
    dns_domain: Domain | None = Field(default=None, description="a DNS domain in lower case")


class ClusterConfiguration(Typed):
    api_server: KubeadmApiServer = Field(
        default=KubeadmApiServer(), description="a mapping with extraArgs, extraVolumes and certSANs"
    )
    controller_manager: KubeadmComponent = Field(default=KubeadmComponent(), description="a mapping with extraArgs")
    scheduler: KubeadmComponent = Field(default=KubeadmComponent(), description="a mapping with extraArgs")
    etcd: Etcd = Field(default=Etcd(), description="a mapping with local")
    networking: Networking = Field(
        default=Networking(), description="a mapping with podSubnet, serviceSubnet, dnsDomain"
    )
    image_repository: Repository | None = Field(default=None, description="HOST[:PORT][/PATH]")
    kubernetes_version: Version | None = Field(default=None, description="the version that spec.version has")
    control_plane_endpoint: HostPort | None = Field(default=None, description="HOST or HOST:PORT")
    cluster_name: str | None = Field(default=None, description="the name of the Cluster")
    certificates_dir: Literal["/etc/kubernetes/pki"] = Field(
        default="/etc/kubernetes/pki", description="/etc/kubernetes/pki"
    )


class KubeadmFile(Schema):
    path: HostPath = Field(description="a path on the hosts that begins with /")
    content: str = Field(description="the file's text")
    permissions: FileMode = Field(default="0644", description='an octal text such as "0644"')
    owner: Literal["root:root", "root"] = Field(default="root:root", description="root:root")


class NodeRegistration(Schema):
    cri_socket: Annotated[str, AfterValidator(_socket)] | None = Field(default=None, description="containerd's socket")
    kubelet_extra_args: KubeletFlags = Field(default={}, description=FLAGS)
    taints: list[TaintSpec] | None = Field(default=None, description="a list of mappings with key, value and effect")
    ignore_preflight_errors: list[CheckName] = Field(default=[], description="a list of names of kubeadm's checks")


class LocalApiEndpoint(Schema):
    bind_port: Literal[6443] = Field(default=6443, description="6443")


class JoinControlPlane(Schema):
    local_api_endpoint: LocalApiEndpoint = Field(
        default=LocalApiEndpoint(), alias="localAPIEndpoint", description="a mapping with bindPort"
    )


class InitConfiguration(Typed):
    node_registration: NodeRegistration = Field(
        default=NodeRegistration(),
        description="a mapping with kubeletExtraArgs, taints, ignorePreflightErrors, criSocket",
    )
    local_api_endpoint: LocalApiEndpoint = Field(
        default=LocalApiEndpoint(), alias="localAPIEndpoint", description="a mapping with bindPort"
    )


class JoinConfiguration(Typed):
    node_registration: NodeRegistration = Field(
        default=NodeRegistration(),
        description="a mapping with kubeletExtraArgs, taints, ignorePreflightErrors, criSocket",
    )
    control_plane: JoinControlPlane = Field(default=JoinControlPlane(), description="a mapping with localAPIEndpoint")


class WorkerConfig(Schema):
    """What a KubeadmConfigTemplate says: workers join, and nothing else."""

    join_configuration: JoinConfiguration = Field(
        default=JoinConfiguration(), description="a mapping with nodeRegistration"
    )
    files: list[KubeadmFile] = Field(default=[], description="a list of mappings with path, content, permissions")
    format: Literal["cloud-config"] = Field(default="cloud-config", description="cloud-config, or nothing")


class ControlPlaneConfig(WorkerConfig):
    cluster_configuration: ClusterConfiguration = Field(
        default=ClusterConfiguration(),
        description="a mapping with apiServer, controllerManager, scheduler, imageRepository, networking",
    )
    init_configuration: InitConfiguration = Field(
        default=InitConfiguration(), description="a mapping with nodeRegistration"
    )


class TemplateMetadata(Schema):
    """Of `labels`, those that Cluster API hands on to nodes are; the others describe Machines and mean nothing here."""

    labels: dict[str, str] = Field(default={}, description="a mapping of texts")
    annotations: dict[str, str] = Field(default={}, description="a mapping of texts")


class ConfigTemplate(Schema):
    metadata: TemplateMetadata = Field(default=TemplateMetadata(), description="a mapping with labels and annotations")
    spec: WorkerConfig = Field(default=WorkerConfig(), description="a mapping with joinConfiguration")


class ConfigTemplateSpec(Schema):
    template: ConfigTemplate = Field(description="a mapping with spec")


class KubeadmConfigTemplateManifest(Manifest):
    spec: ConfigTemplateSpec = Field(description="a mapping with template")
