"""SSHCluster and SSHMachine of `trailboss.dev/v1alpha1`: ours."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from trailboss.manifests.schema.addons import AddonSpec
from trailboss.manifests.schema.addresses import Address, Bastion, Ip, KnownHost, Repository, Url
from trailboss.manifests.schema.base import Manifest, Schema
from trailboss.manifests.schema.check_names import CheckName
from trailboss.manifests.schema.host import FileSpec, ProxySpec, VolumeSpec
from trailboss.manifests.schema.rollout import RolloutSettings, SnapshotSettings
from trailboss.manifests.schema.texts import (
    Argument,
    Directory,
    File,
    Fingerprint,
    KubeletValue,
    LabelKey,
    LabelValue,
    Version,
)
from trailboss.model.machine import Role, TaintEffect
from trailboss.model.supported import SUPPORTED

_ARGUMENTS = 'a mapping of flags without dashes to texts, such as {v: "2"}'
_CONFIGURATION = "a mapping of fields of its configuration file"


class SSH(Schema):
    """How to log in. On a machine, what is written replaces the cluster's; null there takes the cluster's away."""

    keeps_null: ClassVar[bool] = True

    user: str | None = Field(
        default=None, min_length=1, description="the name of a user who is root or has sudo without a password"
    )
    port: int | None = Field(default=None, ge=1, le=65535, description="a number from 1 to 65535")
    key_file: File | None = Field(default=None, description="the path of a private key on the worker")
    known_hosts_file: File | None = Field(default=None, description="the path of a known_hosts file on the worker")
    known_hosts: list[KnownHost] | None = Field(default=None, description="a list of lines of a known_hosts file")
    bastion: Bastion | None = Field(default=None, description="user@host or user@host:port")


class Artifacts(Schema):
    binaries: Url = Field(
        default="https://dl.k8s.io", description="the base URL of release/vX.Y.Z/bin/linux/amd64/kubeadm"
    )
    images: Url | None = Field(default=None, description="the base URL of images/vX.Y.Z, as a mirror serves them")


class ContainerdSettings(Schema):
    restrict_oom_score_adj: bool = Field(default=False, alias="restrictOOMScoreAdj", description="true or false")
    cni_bin_dir: Directory = Field(default="/opt/cni/bin", description="a path on the hosts")


class Component(Schema):
    extra_arguments: dict[Argument, str] = Field(default={}, description=_ARGUMENTS)


class ApiServer(Component):
    cert_sans: list[Address] = Field(default=[], alias="certSANs", description="a list of IPv4 addresses and DNS names")
    extra_volumes: list[VolumeSpec] = Field(
        default=[], description="a list of mappings with name, hostPath, mountPath, readOnly, pathType"
    )


class Kubelet(Component):
    extra_arguments: dict[Argument, KubeletValue] = Field(default={}, description=_ARGUMENTS)
    configuration: dict[str, Any] = Field(default={}, description=_CONFIGURATION)


class KubeProxy(Schema):
    configuration: dict[str, Any] = Field(default={}, description=_CONFIGURATION)


class Preflight(Schema):
    waive: list[CheckName] = Field(default=[], description="a list of names of checks, kubeadm's and Trailboss's own")


class SSHClusterSpec(Schema):
    kubernetes_version: Version | None = Field(
        default=None, description=f"a version such as 1.34.4, {SUPPORTED}; a KubeadmControlPlane's stands for it"
    )
    ssh: SSH = Field(
        default=SSH(), description="a mapping with user, port, keyFile, knownHostsFile, knownHosts, bastion"
    )
    image_repository: Repository = Field(default="registry.k8s.io", description="HOST[:PORT][/PATH]")
    artifacts: Artifacts = Field(default=Artifacts(), description="a mapping with binaries and images")
    pod_network: Literal["routes", "none"] = Field(default="routes", description="routes, none")
    containerd: ContainerdSettings = Field(
        default=ContainerdSettings(), description="a mapping with restrictOOMScoreAdj and cniBinDir"
    )
    proxy: ProxySpec | None = Field(default=None, description="a mapping with http, https and noProxy")
    files: list[FileSpec] = Field(default=[], description="a list of mappings with path, content or contentFrom, mode")
    api_server: ApiServer = Field(
        default=ApiServer(), description="a mapping with extraArguments, certSANs and extraVolumes"
    )
    controller_manager: Component = Field(default=Component(), description="a mapping with extraArguments")
    scheduler: Component = Field(default=Component(), description="a mapping with extraArguments")
    kubelet: Kubelet = Field(default=Kubelet(), description="a mapping with extraArguments and configuration")
    kube_proxy: KubeProxy = Field(default=KubeProxy(), description="a mapping with configuration")
    preflight: Preflight = Field(default=Preflight(), description="a mapping with waive")
    rollout: RolloutSettings = Field(
        default=RolloutSettings(),
        description="a mapping with maxUnavailable, firstAlone, soak, failureBudget, approval,"
        " removeAtMost, drain, windows",
    )
    snapshots: SnapshotSettings = Field(default=SnapshotSettings(), description="a mapping with store and keep")
    adopt: Fingerprint | None = Field(
        default=None, description="sha256: and 64 hexadecimal digits, as `trailboss adopt` writes it"
    )
    addons: list[AddonSpec] = Field(default=[], description="a list of addons, in the order in which they come")
    destroy: bool = Field(default=False, description="true or false")


class SSHClusterManifest(Manifest):
    spec: SSHClusterSpec = Field(description="a mapping with kubernetesVersion and more")


class TaintSpec(Schema):
    key: LabelKey = Field(description="[DOMAIN/]NAME")
    value: LabelValue = Field(default="", description="a text as labels have it")
    effect: TaintEffect = Field(description="NoSchedule, PreferNoSchedule, NoExecute")


class SSHMachineSpec(Schema):
    role: Role | None = Field(
        default=None, description="control-plane, worker; nothing where a template picks the machine"
    )
    address: Address = Field(description="an IPv4 address or a DNS name where SSH connects")
    private_address: Ip | None = Field(default=None, description="an IPv4 address that the node registers with")
    ssh: SSH = Field(default=SSH(), description="a mapping with what differs from the cluster's ssh")
    labels: dict[LabelKey, LabelValue] = Field(default={}, description="a mapping of label keys to values")
    taints: list[TaintSpec] | None = Field(default=None, description="a list of mappings with key, value and effect")


class SSHMachineManifest(Manifest):
    spec: SSHMachineSpec = Field(description="a mapping with role, address and more")
