from typing import Any, Literal

from pydantic import Field

from trailboss.model.addons import Addon
from trailboss.model.base import Frozen
from trailboss.model.machine import Machine
from trailboss.model.rollout import Rollout, Snapshots


class Endpoint(Frozen):
    """Where clients reach the API server: a load balancer, a virtual address, or the only control plane."""

    host: str
    port: int = Field(default=6443, ge=1, le=65535)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class ArtifactSource(Frozen):
    """Where hosts fetch binaries and images; both in upstream's layout.

    `binaries` is the base URL of `release/vX.Y.Z/bin/linux/amd64/kubeadm`. `images` is the base URL of
    `images/vX.Y.Z/IMAGES` (archives with digests, as `trailboss mirror build` writes them); None: the container
    runtime pulls from the cluster's `image_repository`.
    """

    binaries: str = "https://dl.k8s.io"
    images: str | None = None


class Containerd(Frozen):
    """What differs from Trailboss's own containerd configuration."""

    restrict_oom_score_adj: bool = Field(default=False, description="needed where hosts are themselves containers")
    cni_bin_dir: str = "/opt/cni/bin"


class HostFile(Frozen):
    """A file that every host of the cluster has. `mode` is octal, four digits; its owner is root.

    `content` is text of at most 64 KiB, and no secret: it comes from Git.
    """

    path: str
    content: str
    mode: str = "0644"


class Proxy(Frozen):
    """What hosts reach the outside through: URLs without user and password, and hosts that need no proxy.

    To `no_proxy` come the cluster's own addresses and names (`steps.proxy`).
    """

    http: str | None = None
    https: str | None = None
    no_proxy: tuple[str, ...] = ()


class Volume(Frozen):
    """A path of a control plane's host that its API server sees at `mount_path`.

    `path_type` is Kubernetes' HostPathType; "" checks nothing.
    """

    name: str
    host_path: str
    mount_path: str
    read_only: bool = True
    path_type: str = "File"


# Without it an API server that ends waits for every watch and is killed after 30 s; with it, it answers 429 with
# Retry-After while it finishes what it has begun, and is gone in seconds.
_API_SERVER = {"shutdown-send-retry-after": "true"}


class Kubeadm(Frozen):
    """What users may add to the kubeadm configuration; mappings are merged over Trailboss's own values."""

    api_server_extra_args: dict[str, str] = {}
    api_server_cert_sans: tuple[str, ...] = ()
    api_server_extra_volumes: tuple[Volume, ...] = ()
    controller_manager_extra_args: dict[str, str] = {}
    scheduler_extra_args: dict[str, str] = {}
    kubelet_extra_args: dict[str, str] = {}
    kubelet_configuration: dict[str, Any] = {}
    kube_proxy_configuration: dict[str, Any] = {}
    ignore_preflight_errors: tuple[str, ...] = ()
    adds_own_flags: bool = Field(default=True, description="False where others made the cluster: nothing is added")

    @property
    def api_server_arguments(self) -> dict[str, str]:
        """Flags of API servers without dashes: ours, and over them the user's."""
        ours = _API_SERVER if self.adds_own_flags else {}
        return {**ours, **{name.lstrip("-"): value for name, value in self.api_server_extra_args.items()}}


class Cluster(Frozen):
    """One cluster, normalised from whichever manifests described it. Machines are sorted by name.

    `kubernetes_version` has no leading v. `endpoint` None: the first control plane's address, which is not highly
    available. `adopt`: "sha256:…" of the certificate of the authority: hosts that carry the very cluster may be taken
    over. `pod_network`: "routes" (CNI bridge plugin and static routes between hosts of one network segment) or
    "none" (an addon of the user's brings it).
    """

    name: str
    kubernetes_version: str
    endpoint: Endpoint | None = None
    pod_cidr: str = "10.244.0.0/16"
    service_cidr: str = "10.96.0.0/12"
    service_domain: str = "cluster.local"
    image_repository: str = "registry.k8s.io"
    pod_network: Literal["routes", "none"] = "routes"
    artifacts: ArtifactSource = ArtifactSource()
    containerd: Containerd = Containerd()
    proxy: Proxy | None = None
    files: tuple[HostFile, ...] = ()
    kubeadm: Kubeadm = Kubeadm()
    rollout: Rollout = Rollout()
    snapshots: Snapshots = Snapshots()
    waived: tuple[str, ...] = Field(default=(), description="names of Trailboss's own checks that are waived")
    adopt: str | None = Field(default=None, description="digest of the authority of a cluster that others made")
    addons: tuple[Addon, ...] = ()
    destroy: bool = Field(default=False, description="the cluster is to be taken apart, once an operator confirms it")
    machines: tuple[Machine, ...]

    def at(self, version: str) -> "Cluster":
        """Return this cluster with every machine at another Kubernetes version: one hop of an upgrade."""
        machines = tuple(machine.model_copy(update={"kubernetes_version": version}) for machine in self.machines)
        return self.model_copy(update={"kubernetes_version": version, "machines": machines})

    def machine(self, name: str) -> Machine:
        """Return the machine called `name`.

        Raises:
            KeyError: the manifests have no such machine.
        """
        for machine in self.machines:
            if machine.name == name:
                return machine
        raise KeyError(name)

    @property
    def control_planes(self) -> tuple[Machine, ...]:
        return tuple(machine for machine in self.machines if machine.role == "control-plane")

    @property
    def workers(self) -> tuple[Machine, ...]:
        return tuple(machine for machine in self.machines if machine.role == "worker")

    @property
    def api_endpoint(self) -> Endpoint:
        return self.endpoint or Endpoint(host=self.control_planes[0].node_address)
