"""How long each activity may take and how it is retried: one table, in the words of the steps.

Unreachable hosts and silent API servers are retried without end, with growing pauses of at most half a minute: the
change waits, reports and goes on by itself. What must not be retried says so itself (`activities/errors.py`).
"""

from dataclasses import dataclass
from datetime import timedelta

from temporalio.common import RetryPolicy

HEARTBEAT = timedelta(seconds=20)
PATIENT = RetryPolicy(
    initial_interval=timedelta(seconds=1), backoff_coefficient=1.7, maximum_interval=timedelta(seconds=30)
)


@dataclass(frozen=True)
class StepPolicy:
    """`longest` bounds one attempt; `words` tell people what the step does, as the web UI shows it."""

    words: str
    longest: timedelta


STEPS = {
    "files": StepPolicy("write files of the manifests", timedelta(minutes=3)),
    "packages": StepPolicy("install packages", timedelta(minutes=20)),
    "kernel": StepPolicy("load kernel modules, set sysctls", timedelta(minutes=2)),
    "swap": StepPolicy("turn swap off", timedelta(minutes=2)),
    "containerd": StepPolicy("configure containerd", timedelta(minutes=3)),
    "binaries": StepPolicy("install kubeadm, kubelet, kubectl", timedelta(minutes=20)),
    "kubelet-service": StepPolicy("set up the kubelet's service", timedelta(minutes=2)),
    "images": StepPolicy("pull images", timedelta(minutes=30)),
    "kubeadm-init": StepPolicy("kubeadm init", timedelta(minutes=15)),
    "kubeadm-join": StepPolicy("kubeadm join", timedelta(minutes=15)),
    "etcd-member": StepPolicy("wait for etcd membership", timedelta(minutes=5)),
    "pod-network": StepPolicy("set up the pod network", timedelta(minutes=3)),
    "labels-and-taints": StepPolicy("set labels and taints", timedelta(minutes=2)),
    "node-ready": StepPolicy("wait for the node to be Ready", timedelta(minutes=10)),
    "staged-binaries": StepPolicy("download the next kubeadm, kubelet, kubectl", timedelta(minutes=35)),
    "etcd-snapshot": StepPolicy("take a snapshot of etcd", timedelta(minutes=60)),
    "etcd-gate": StepPolicy("wait until etcd can do without this member", timedelta(minutes=10)),
    "kubeadm-binary": StepPolicy("replace kubeadm", timedelta(minutes=5)),
    "kubeadm-upgrade-apply": StepPolicy("kubeadm upgrade apply", timedelta(minutes=30)),
    "kubeadm-upgrade-node": StepPolicy("kubeadm upgrade node", timedelta(minutes=30)),
    "api-ready": StepPolicy("wait for this API server", timedelta(minutes=10)),
    "drain": StepPolicy("cordon the node, evict its pods", timedelta(hours=2)),
    "kubelet": StepPolicy("replace and restart the kubelet", timedelta(minutes=5)),
    "uncordon": StepPolicy("make the node schedulable again", timedelta(minutes=2)),
    "etcd-leave": StepPolicy("leave etcd", timedelta(minutes=10)),
    "node-delete": StepPolicy("delete the node", timedelta(minutes=2)),
    "kubeadm-reconfigure": StepPolicy("write the static pods anew", timedelta(minutes=30)),
    "kubeadm-record": StepPolicy("record the cluster's settings", timedelta(minutes=15)),
    "settings-record": StepPolicy("note that all have the settings", timedelta(minutes=2)),
    "kubelet-configuration": StepPolicy("configure and restart the kubelet", timedelta(minutes=10)),
    "renew-certificates": StepPolicy("renew certificates", timedelta(minutes=30)),
    "host-reset": StepPolicy("reset the host", timedelta(minutes=20)),
    "last-snapshot": StepPolicy("take a last snapshot of etcd", timedelta(minutes=60)),
    "snapshot-check": StepPolicy("read the whole snapshot", timedelta(minutes=60)),
    "etcd-restore": StepPolicy("restore the snapshot, kubeadm init", timedelta(minutes=60)),
    "take-over": StepPolicy("mark the host as this cluster's", timedelta(minutes=2)),
    "forget-nodes": StepPolicy("delete the other control planes' nodes", timedelta(minutes=5)),
}
PLAN = timedelta(minutes=5)
# Beside what an addon may take itself: to read and render it, to prune what it has no more, to be tried again.
ADDON_BESIDE = timedelta(minutes=10)
# What an operator asked for beside changes must come to an end, for changes wait for it: all attempts of one step.
ERRAND_STEP = timedelta(hours=1)
WINDOW = timedelta(seconds=10)
LOOK = timedelta(minutes=5)
LOOK_EVERY = timedelta(days=1)
# What is done for a machine that ended early must come to an end itself: the change waits for it.
STILL_WELL = timedelta(seconds=90)
GIVE_BACK = timedelta(minutes=10)
