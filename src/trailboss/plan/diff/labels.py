"""How fields of the model are called: as the manifests call them, or as people do."""

from typing import Final

# Path in the model → (field of the manifests, words for people).
_NAMED: Final = {
    "kubernetes_version": ("kubernetesVersion", "Kubernetes"),
    "endpoint": ("controlPlaneEndpoint", "control plane endpoint"),
    "pod_cidr": ("clusterNetwork.pods.cidrBlocks", "pod network range"),
    "service_cidr": ("clusterNetwork.services.cidrBlocks", "service range"),
    "service_domain": ("clusterNetwork.serviceDomain", "service domain"),
    "pod_network": ("podNetwork", "pod network"),
    "containerd.restrict_oom_score_adj": ("containerd.restrictOOMScoreAdj", "containerd.restrictOOMScoreAdj"),
    "kubeadm.api_server_extra_args": ("apiServer.extraArguments", "API server argument"),
    "kubeadm.api_server_cert_sans": ("apiServer.certSANs", "name in API server certificates"),
    "kubeadm.api_server_extra_volumes": ("apiServer.extraVolumes", "API server volume"),
    "kubeadm.controller_manager_extra_args": ("controllerManager.extraArguments", "controller manager argument"),
    "kubeadm.scheduler_extra_args": ("scheduler.extraArguments", "scheduler argument"),
    "kubeadm.kubelet_extra_args": ("kubelet.extraArguments", "kubelet argument"),
    "kubeadm.kubelet_configuration": ("kubelet.configuration", "kubelet configuration"),
    "kubeadm.kube_proxy_configuration": ("kubeProxy.configuration", "kube-proxy configuration"),
    "kubeadm.ignore_preflight_errors": ("preflight.waive", "waived kubeadm check"),
    "waived": ("preflight.waive", "waived check"),
    "rollout.drain.grace": ("rollout.drain.gracePeriod", "rollout.drain.gracePeriod"),
    "rollout.drain.unmanaged": ("rollout.drain.unmanagedPods", "rollout.drain.unmanagedPods"),
    "addons": ("addons", "addon"),
    "rollout.windows": ("rollout.windows", "window"),
    "files": ("files", "file"),
    "labels": ("labels", "label"),
    "taints": ("taints", "taint"),
    "ssh.known_hosts": ("ssh.knownHosts", "trusted SSH host key"),
}


def field(path: tuple[str, ...]) -> str:
    """Return the field of the manifests that a path in the model is."""
    return _longest(path, 0)


def label(path: tuple[str, ...]) -> str:
    """Return the words for a path in the model; a field that has none of its own is told as the manifests name it."""
    return _longest(path, 1)


def _longest(path: tuple[str, ...], column: int) -> str:
    """Name the longest beginning of the path that is known, and what comes after it in the manifests' spelling."""
    for length in range(len(path), 0, -1):
        if named := _NAMED.get(".".join(path[:length])):
            return ".".join([named[column], *map(_camel, path[length:])])
    return ".".join(map(_camel, path))


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
