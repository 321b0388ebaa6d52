"""Paths on hosts that are not the manifests' to write."""

_KUBEADM = (
    "/etc/kubernetes/manifests",
    "/etc/kubernetes/pki",
    "/etc/kubernetes/tmp",
    *(
        f"/etc/kubernetes/{name}.conf"
        for name in ("admin", "super-admin", "kubelet", "bootstrap-kubelet", "controller-manager", "scheduler")
    ),
    "/var/lib/kubelet",
    "/var/lib/etcd",
)
_TRAILBOSS = (
    "/etc/cni/net.d/10-trailboss.conflist",
    "/etc/containerd/config.toml",
    "/etc/default/kubelet",
    "/etc/fstab",
    "/etc/modules-load.d/trailboss.conf",
    "/etc/sysctl.d/99-trailboss.conf",
    "/etc/systemd/system/containerd.service.d/10-trailboss-proxy.conf",
    "/etc/systemd/system/kubelet.service",
    "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf",
    "/etc/systemd/system/kubelet.service.d/10-trailboss-proxy.conf",
    "/etc/systemd/system/trailboss-pod-routes.service",
    "/etc/trailboss",
    "/usr/local/bin/kubeadm",
    "/usr/local/bin/kubectl",
    "/usr/local/bin/kubelet",
    "/usr/local/sbin/trailboss-pod-routes",
    "/var/lib/trailboss",
)
_SYSTEM = ("/dev", "/proc", "/run", "/sys", "/tmp", "/var/lib/cni", "/var/lib/containerd", "/var/run")  # noqa: S108 - refused


def whose(path: str) -> str:
    """Tell who writes `path`, or what below it: words that go on "a path that …"; "" if it is nobody's."""
    for paths, words in (
        (_KUBEADM, "kubeadm writes and empties itself"),
        (_TRAILBOSS, "Trailboss writes itself"),
        (_SYSTEM, "is the running system's, and would not last"),
    ):
        if any(path == taken or path.startswith(f"{taken}/") or taken.startswith(f"{path}/") for taken in paths):
            return words
    return ""
