"""How long steps took on the machine on which Trailboss is tested; a start until a service has measurements of its own.

From the benchmarks (benchmarks/README.md) and the stories on the lab (docs/testing.md): hosts that are containers, which
share two cores and a mirror in the same machine. Steps that nobody has measured are not here: `packages` above all,
which the lab's hosts do not need.
"""

from typing import Final

MEASURED_ON: Final = "the lab's hosts, two cores shared by all, artifacts from a mirror beside them"

Row = tuple[float, float, float]

# (step, operation, place) → seconds: the quickest that was measured, one in between, the slowest.
ROWS: Final[dict[tuple[str, str, str], Row]] = {
    ("plan_change", "plan", "worker"): (1.5, 4.8, 8.5),
    # One host beside four others, on a new cluster.
    ("kernel", "prepare", "several"): (0.2, 0.4, 1.2),
    ("kernel", "prepare", "worker"): (0.2, 0.5, 0.6),
    ("containerd", "prepare", "several"): (1.0, 1.3, 1.9),
    ("containerd", "prepare", "worker"): (1.1, 1.4, 1.9),
    ("binaries", "prepare", "several"): (5.0, 7.0, 12.8),
    ("binaries", "prepare", "worker"): (5.8, 6.4, 10.1),
    ("kubelet-service", "prepare", "several"): (1.0, 1.5, 2.6),
    ("kubelet-service", "prepare", "worker"): (1.4, 1.7, 2.2),
    ("images", "prepare", "several"): (21.9, 24.0, 47.5),
    ("images", "prepare", "worker"): (10.8, 14.3, 21.2),
    ("kubeadm-init", "init", "alone"): (10.8, 12.7, 16.0),
    ("kubeadm-init", "init", "several"): (10.8, 12.7, 16.0),
    ("kubeadm-join", "join", "several"): (17.0, 24.0, 27.1),
    ("kubeadm-join", "join", "worker"): (2.3, 2.8, 7.1),
    ("etcd-member", "join", "several"): (0.2, 0.2, 0.5),
    ("pod-network", "settle", "several"): (2.7, 3.8, 6.3),
    ("pod-network", "settle", "worker"): (3.8, 4.6, 7.6),
    ("node-ready", "settle", "several"): (0.1, 0.2, 8.6),
    ("node-ready", "settle", "worker"): (0.1, 0.2, 0.3),
    # A member that serves meanwhile.
    ("staged-binaries", "stage", "several"): (20.0, 24.7, 31.8),
    ("staged-binaries", "stage", "worker"): (20.0, 27.0, 38.8),
    ("images", "stage", "several"): (40.7, 46.2, 80.6),
    ("images", "stage", "worker"): (32.6, 36.1, 60.0),
    ("etcd-snapshot", "snapshot", "several"): (0.1, 0.3, 0.7),
    ("etcd-gate", "upgrade", "several"): (0.5, 0.8, 1.5),
    ("kubeadm-binary", "upgrade", "several"): (1.2, 1.6, 2.8),
    ("kubeadm-binary", "upgrade", "worker"): (1.2, 1.6, 2.8),
    ("kubeadm-upgrade-apply", "upgrade", "several"): (68.0, 75.0, 115.0),
    ("kubeadm-upgrade-node", "upgrade", "several"): (62.0, 68.0, 95.0),
    ("kubeadm-upgrade-node", "upgrade", "worker"): (0.5, 0.6, 1.4),
    ("api-ready", "upgrade", "several"): (0.1, 0.1, 0.5),
    ("drain", "upgrade", "several"): (0.3, 0.4, 6.2),
    ("drain", "upgrade", "worker"): (6.5, 6.6, 23.3),
    ("containerd", "upgrade", "several"): (0.6, 0.7, 1.1),
    ("containerd", "upgrade", "worker"): (0.6, 0.6, 1.1),
    ("kubelet", "upgrade", "several"): (6.8, 7.3, 10.1),
    ("kubelet", "upgrade", "worker"): (6.9, 7.0, 10.1),
    ("uncordon", "upgrade", "several"): (0.1, 0.2, 3.5),
    ("uncordon", "upgrade", "worker"): (0.1, 0.2, 0.3),
    ("node-ready", "upgrade", "several"): (0.1, 0.1, 0.6),
    ("node-ready", "upgrade", "worker"): (0.1, 0.1, 0.4),
    ("etcd-member", "upgrade", "several"): (1.7, 4.4, 5.7),
    # Settings and certificates, removal.
    ("etcd-gate", "reconfigure", "alone"): (0.3, 0.3, 0.8),
    ("kubeadm-reconfigure", "reconfigure", "alone"): (18.8, 18.8, 25.0),
    ("etcd-member", "reconfigure", "alone"): (0.2, 0.2, 0.5),
    ("kubeadm-record", "record", "alone"): (0.8, 0.9, 1.5),
    ("settings-record", "record", "alone"): (0.1, 0.1, 0.2),
    ("kubelet-configuration", "kubelet", "alone"): (7.0, 7.0, 9.0),
    ("kubelet-configuration", "kubelet", "worker"): (7.0, 7.0, 9.0),
    ("node-ready", "kubelet", "worker"): (0.1, 0.1, 0.4),
    ("etcd-gate", "renew", "alone"): (0.3, 0.3, 0.8),
    ("renew-certificates", "renew", "alone"): (36.2, 36.2, 45.0),
    ("etcd-member", "renew", "alone"): (0.2, 0.2, 0.5),
    ("etcd-leave", "remove", "several"): (0.6, 0.6, 1.5),
    ("node-delete", "remove", "several"): (0.2, 0.2, 0.4),
    ("host-reset", "destroy", "several"): (12.0, 12.2, 14.0),
}
