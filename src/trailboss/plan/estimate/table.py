"""How long steps took where Trailboss is tested; a start until a service has measurements of its own.

From the benchmarks (benchmarks/README.md) and the stories on the lab (docs/testing.md): hosts that are containers,
which share two cores and a mirror in the same machine. Steps that nobody has measured are not here: `packages` above
all, which the lab's hosts do not need.
"""

from collections.abc import Mapping
from typing import Final

MEASURED_ON: Final = "the lab's hosts, two cores shared by all, artifacts from a mirror beside them"

Row = tuple[float, float, float]

# (step, operation, place) → seconds: the quickest that was measured, one in between, the slowest.
ROWS: Final[Mapping[tuple[str, str, str], Row]] = {
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
    ("kubeadm-init", "init", "alone"): (10.8, 12.7, 22.1),
    ("kubeadm-init", "init", "several"): (10.8, 12.7, 16.0),
    ("kubeadm-join", "join", "several"): (17.0, 24.0, 27.1),
    ("kubeadm-join", "join", "worker"): (2.3, 2.8, 7.1),
    ("etcd-member", "join", "several"): (0.2, 0.2, 0.5),
    ("pod-network", "settle", "several"): (2.7, 3.8, 6.3),
    ("pod-network", "settle", "worker"): (3.8, 4.6, 7.6),
    ("node-ready", "settle", "several"): (0.1, 0.2, 8.6),
    ("node-ready", "settle", "worker"): (0.1, 0.2, 0.3),
    # A member that serves meanwhile.
    ("staged-binaries", "stage", "alone"): (10.4, 14.0, 20.0),
    ("staged-binaries", "stage", "several"): (10.4, 20.0, 31.8),
    ("staged-binaries", "stage", "worker"): (15.3, 18.0, 38.8),
    ("images", "stage", "alone"): (19.6, 24.0, 40.0),
    ("images", "stage", "several"): (24.0, 40.7, 80.6),
    ("images", "stage", "worker"): (13.5, 20.0, 60.0),
    ("etcd-snapshot", "snapshot", "several"): (0.1, 0.3, 0.7),
    ("etcd-gate", "upgrade", "several"): (0.5, 0.8, 1.5),
    ("kubeadm-binary", "upgrade", "several"): (1.2, 1.6, 2.8),
    ("kubeadm-binary", "upgrade", "worker"): (1.2, 1.6, 2.8),
    # The kubelet of the only control plane can ask no other API server, and waits out its time-outs (decision 3).
    ("kubeadm-upgrade-apply", "upgrade", "alone"): (136.0, 144.8, 162.0),
    ("kubeadm-upgrade-apply", "upgrade", "several"): (68.0, 75.0, 115.0),
    ("kubeadm-upgrade-node", "upgrade", "several"): (62.0, 68.0, 95.0),
    ("kubeadm-upgrade-node", "upgrade", "worker"): (0.5, 0.6, 1.4),
    ("api-ready", "upgrade", "several"): (0.1, 0.1, 0.5),
    ("drain", "upgrade", "several"): (0.3, 0.4, 6.2),
    ("drain", "upgrade", "worker"): (6.5, 6.6, 23.3),
    ("containerd", "upgrade", "several"): (0.6, 0.7, 1.1),
    ("containerd", "upgrade", "worker"): (0.6, 0.6, 1.1),
    ("kubelet", "upgrade", "alone"): (7.3, 9.0, 10.1),
    ("kubelet", "upgrade", "several"): (6.8, 7.3, 10.1),
    ("kubelet", "upgrade", "worker"): (6.9, 7.0, 10.1),
    ("uncordon", "upgrade", "alone"): (0.1, 3.5, 7.0),
    ("uncordon", "upgrade", "several"): (0.1, 0.2, 3.5),
    ("uncordon", "upgrade", "worker"): (0.1, 0.2, 0.3),
    ("node-ready", "upgrade", "several"): (0.1, 0.1, 0.6),
    ("node-ready", "upgrade", "worker"): (0.1, 0.1, 0.4),
    ("etcd-member", "upgrade", "alone"): (0.1, 0.2, 0.5),
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
