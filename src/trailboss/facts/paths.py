"""Paths on hosts that are read here and written by steps; one place, so that both speak of the same file."""

STATE = "/var/lib/trailboss"
OWNER = f"{STATE}/owner"
MEMBER = f"{STATE}/member"
IMAGE_LISTS = f"{STATE}/images"
STEP_RECORDS = f"{STATE}/steps"
ARTIFACTS = f"{STATE}/artifacts"
UPGRADED_TO = f"{STATE}/upgraded-to"
LENT_KUBELET = f"{STATE}/lent-kubelet"
SNAPSHOTS = f"{STATE}/snapshots"
RENEWAL = f"{STATE}/renewal"
SETTINGS = f"{STATE}/settings"
SETTINGS_COPIES = f"{STATE}/settings-copies"
KUBELET_SETTINGS = f"{STATE}/kubelet-settings"
HOST_FILES = f"{STATE}/host-files"
ADOPTED = f"{STATE}/adopted"

CONTAINERD_CONFIG = "/etc/containerd/config.toml"
CONTAINERD_PROXY = "/etc/systemd/system/containerd.service.d/10-trailboss-proxy.conf"
MODULES_LOAD = "/etc/modules-load.d/trailboss.conf"
SYSCTL = "/etc/sysctl.d/99-trailboss.conf"
KUBELET_UNIT = "/etc/systemd/system/kubelet.service"
KUBELET_DROP_IN = "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf"
KUBELET_PROXY = "/etc/systemd/system/kubelet.service.d/10-trailboss-proxy.conf"
KUBELET_DEFAULTS = "/etc/default/kubelet"
CNI_CONFIG = "/etc/cni/net.d/10-trailboss.conflist"
POD_ROUTES = "/etc/trailboss/pod-routes"
POD_ROUTES_SCRIPT = "/usr/local/sbin/trailboss-pod-routes"
POD_ROUTES_UNIT = "/etc/systemd/system/trailboss-pod-routes.service"

MANAGED_FILES = (
    CONTAINERD_CONFIG,
    CONTAINERD_PROXY,
    MODULES_LOAD,
    SYSCTL,
    KUBELET_UNIT,
    KUBELET_DROP_IN,
    KUBELET_PROXY,
    KUBELET_DEFAULTS,
    CNI_CONFIG,
    POD_ROUTES,
    POD_ROUTES_SCRIPT,
    POD_ROUTES_UNIT,
)
"""Files that steps write whole; their SHA-256 is a fact."""

BINARIES_DIR = "/usr/local/bin"
KUBERNETES_DIR = "/etc/kubernetes"
KUBELET_DIR = "/var/lib/kubelet"
KUBEADM_FLAGS = f"{KUBELET_DIR}/kubeadm-flags.env"
ETCD_DIR = "/var/lib/etcd"
ETCD_DATA = f"{ETCD_DIR}/member"
CNI_BIN_DIRS = ("/opt/cni/bin", "/usr/lib/cni", "/usr/libexec/cni")

ROUTE_PROTOCOL = 66
"""Marks the routes to other nodes' pods as ours in the kernel's table; a number no routing daemon has taken."""


def staged(version: str) -> str:
    """Return the folder of a version's programs; they are whole once it has a file `complete`, their SHA256SUMS."""
    return f"{ARTIFACTS}/v{version}"
