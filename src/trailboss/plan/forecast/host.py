"""What a step makes of a host's facts."""

from collections.abc import Mapping
from typing import Final

from trailboss.facts import Binary, MachineFacts
from trailboss.facts.kernel import SYSCTLS
from trailboss.facts.paths import BINARIES_DIR, CNI_BIN_DIRS
from trailboss.kubeadm.settings import kubelet_digest, settings_digest
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.steps import PREPARE, UPGRADE, host_files, kubelet_service, taking_over
from trailboss.steps.files import written

_CONTAINERD: Final = "2.0.0"
"""Where none is there yet; which one the distribution brings is seen only then."""
_PLUGINS: Final = ("bridge", "host-local", "loopback", "portmap")
_MINE: Final = "what is brought with it"


def host_after(cluster: Cluster, machine: Machine, facts: MachineFacts, step: str) -> MachineFacts:
    """Return the facts once `step` has come to its end; `cluster` is at the version that the plan leads to."""
    changes = {**_files(cluster, machine, facts, step), **_changes(cluster, facts, step)}
    return facts.model_copy(update=changes) if changes else facts


def _files(cluster: Cluster, machine: Machine, facts: MachineFacts, step: str) -> dict[str, object]:
    if step == "kubelet-configuration":
        commands = kubelet_service.files(cluster, machine, facts)
    elif known := (PREPARE.get(step) or UPGRADE.get(step)):
        commands = known.commands(cluster, machine, facts)
    else:
        return {}
    return {"files": {**facts.files, **written(commands)}}


def _changes(  # noqa: C901, PLR0911 - one line for each step
    cluster: Cluster, facts: MachineFacts, step: str
) -> dict[str, object]:
    version = cluster.kubernetes_version
    match step:
        case "files":
            given = {file.path: host_files.state(file) for file in cluster.files}
            return {"host_files": {**facts.host_files, **given}}
        case "packages":
            plugins = dict.fromkeys((*CNI_BIN_DIRS, cluster.containerd.cni_bin_dir), _PLUGINS)
            there = facts.containerd_version or _CONTAINERD
            return {"missing_tools": (), "cni_plugins": plugins, "containerd_version": there}
        case "kernel":
            sysctls = {**facts.sysctls, **dict.fromkeys(SYSCTLS, "1")}
            return {"overlay": True, "bridge_netfilter": True, "sysctls": sysctls}
        case "swap":
            return {"swaps": (), "fstab_swaps": ()}
        case "containerd":
            return {"containerd_active": True, "containerd_enabled": True}
        case "binaries":
            return _installed(facts, version, "kubelet", "kubeadm", "kubectl")
        case "kubeadm-binary":
            return _installed(facts, version, "kubeadm")
        case "kubelet":
            return {**_installed(facts, version, "kubelet", "kubectl"), **_running(version)}
        case "kubelet-service":
            return {"kubelet_enabled": True}
        case "staged-binaries":
            return {"staged": (*facts.staged, version)}
        case "images":
            lists: Mapping[str, tuple[str, ...]] = {**facts.image_lists, version: (_MINE,)}
            return {"image_lists": lists, "images": facts.images | {_MINE}}
    return _of_kubeadm(cluster, facts, step)


def _of_kubeadm(cluster: Cluster, facts: MachineFacts, step: str) -> dict[str, object]:  # noqa: PLR0911 - as above
    match step:
        case "kubeadm-init" | "kubeadm-join":
            how = step.removeprefix("kubeadm-")
            present = facts.present | {"/etc/kubernetes/kubelet.conf"}
            member = {"owner": cluster.name, "member": how, "present": present}
            return {**member, **_running(cluster.kubernetes_version)}
        case "kubeadm-upgrade-apply" | "kubeadm-upgrade-node":
            return {"upgraded_to": f"{cluster.kubernetes_version} {step.rpartition('-')[2]}"}
        case "kubeadm-reconfigure":
            return {"settings": settings_digest(cluster), "settings_begun": False}
        case "kubelet-configuration":
            return {"kubelet_settings": kubelet_digest(cluster), "kubelet_enabled": True}
        case "take-over":
            return {"owner": cluster.name, **taking_over.marks(cluster, facts)}
        case "renew-certificates":
            return {"certificates": {}, "renewal_begun": False}
        case "host-reset":
            return {"owner": "", "member": "", "present": frozenset(), "etcd_data": False}
    return {}


def _running(version: str) -> dict[str, object]:
    return {"kubelet_active": True, "kubelet_enabled": True, "kubelet_running": version}


def _installed(facts: MachineFacts, version: str, *names: str) -> dict[str, object]:
    brought = {name: Binary(path=f"{BINARIES_DIR}/{name}", version=version) for name in names}
    return {"binaries": {**facts.binaries, **brought}}
