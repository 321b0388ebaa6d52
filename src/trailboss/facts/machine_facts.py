from typing import Final

from trailboss.model.base import Frozen

ADOPTED: Final = "adopted"


class Binary(Frozen):
    """An installed program. `version` has no leading v and is "" where the program does not say."""

    path: str
    version: str = ""


class Certificate(Frozen):
    """From when to when a certificate holds, in seconds since 1970."""

    begins: float
    ends: float


class MachineFacts(Frozen):
    """What one machine is, as read in one round trip. What a machine does not have is "" or empty, never an error.

    `epoch`: seconds since 1970 by the machine's clock; `clock_skew_seconds`: that less the reader's clock, None where
    the reader gave no time. `files`: path to SHA-256 of files that steps write. `host_files`: of those that came from
    manifests and are there, path to SHA-256 and mode, "e3b0… 644". `present`: paths below /etc/kubernetes
    that exist. `member`: how Trailboss made this machine a member of its cluster: "init" or "join" once kubeadm ended
    well, "init-begun" or "join-begun" while it runs or where it was cut off, "restore-begun" likewise for an init over
    a restored snapshot, "adopted" where others had done it, "reset-begun" while it is taken out of its cluster, ""
    where it was never started. `upgraded_to`: how far kubeadm brought it last: "1.34.4 apply", "1.34.4 node", or that
    and " begun" where it was cut off. `staged`: versions whose programs lie here whole, ready to be installed.
    `kubelet_running`: the version of the kubelet's process, whatever is installed. `step_records`: key of a long action
    to its exit status, "running" or "interrupted". `image_lists`: Kubernetes version to the images that were brought to
    this machine for it. `certificates`: by path below /etc/kubernetes, those within kubeconfigs included.
    `authorities_without_key`: paths of authorities whose key is kept elsewhere. `renewal_begun`: a renewal of
    certificates has not come to its end. `authority`: "sha256:…" of the certificate of the cluster's authority.
    `kubelet_command`: program and flags of the kubelet's process; `kubeadm_flags`: those of them that kubeadm wrote.
    `adopted`: what the host was like when it was taken over (`steps.taking_over`). `settings`, `kubelet_settings`:
    digests of what Trailboss has set last here, of a control plane and of the kubelet; "" where that is what the
    cluster has recorded. `settings_begun`: a change of the former has not come to its end.
    """

    hostname: str = ""
    machine_id: str = ""
    boot_id: str = ""
    os_id: str = ""
    os_version: str = ""
    architecture: str = ""
    kernel: str = ""
    cpus: int = 0
    memory_bytes: int = 0
    disk_free_bytes: int = 0
    epoch: float = 0.0
    clock_skew_seconds: float | None = None

    swaps: tuple[str, ...] = ()
    fstab_swaps: tuple[str, ...] = ()
    overlay: bool = False
    bridge_netfilter: bool = False
    sysctls: dict[str, str] = {}
    cgroup_version: int = 0

    missing_tools: tuple[str, ...] = ()
    cni_plugins: dict[str, tuple[str, ...]] = {}
    containerd_version: str = ""
    containerd_active: bool = False
    containerd_enabled: bool = False
    images: frozenset[str] = frozenset()
    image_lists: dict[str, tuple[str, ...]] = {}

    binaries: dict[str, Binary] = {}
    kubelet_active: bool = False
    kubelet_enabled: bool = False
    kubelet_running: str = ""
    kubelet_command: tuple[str, ...] = ()
    kubeadm_flags: tuple[str, ...] = ()
    staged: tuple[str, ...] = ()
    files: dict[str, str] = {}
    host_files: dict[str, str] = {}
    present: frozenset[str] = frozenset()
    etcd_data: bool = False
    certificates: dict[str, Certificate] = {}
    authority: str = ""
    authorities_without_key: tuple[str, ...] = ()
    renewal_begun: bool = False
    settings: str = ""
    settings_begun: bool = False
    kubelet_settings: str = ""

    addresses: tuple[str, ...] = ()
    pod_routes: dict[str, str] = {}
    pod_routes_active: bool = False
    pod_routes_enabled: bool = False

    owner: str = ""
    member: str = ""
    adopted: str = ""
    upgraded_to: str = ""
    step_records: dict[str, str] = {}

    def has_binary(self, path: str, version: str) -> bool:
        return any(binary.path == path and binary.version == version for binary in self.binaries.values())

    @property
    def kubernetes_traces(self) -> tuple[str, ...]:
        """What a kubeadm run, finished or not, left behind; sorted."""
        telling = ("/etc/kubernetes/kubelet.conf", "/etc/kubernetes/admin.conf", "/etc/kubernetes/manifests/")
        found = {path for path in self.present if path.startswith(telling)}
        return tuple(sorted(found | ({"etcd data"} if self.etcd_data else set())))

    @property
    def is_member(self) -> bool:
        return self.member in {"init", "join", ADOPTED}

    @property
    def is_adopted(self) -> bool:
        """Others made this node: its packages, container runtime and kernel settings stay as they are."""
        return self.member == ADOPTED

    @property
    def half_made(self) -> bool:
        """A kubeadm run of ours was started here and is not known to have ended well."""
        return self.member.endswith("-begun")

    @property
    def carries_other_kubernetes(self) -> bool:
        """There is a Kubernetes node here that is not Trailboss's doing."""
        return bool(self.kubernetes_traces) and not self.member
