"""SSHCluster and SSHMachine → parts of the model."""

from collections.abc import Mapping
from typing import Any

from trailboss.manifests.normalise.addons import addons_of
from trailboss.manifests.normalise.draft import ClusterParts, MachineParts
from trailboss.manifests.normalise.host import files_of, proxy_of, volumes_of
from trailboss.manifests.objects import KubeObject
from trailboss.manifests.schema.rollout import DrainSettings, RolloutSettings, WindowSettings
from trailboss.manifests.schema.ssh import SSH, SSHClusterSpec, SSHMachineSpec, TaintSpec
from trailboss.model.checks import OWN_CHECKS
from trailboss.model.cluster import ArtifactSource, Containerd, Kubeadm
from trailboss.model.machine import Taint
from trailboss.model.rollout import Drain, Rollout, Snapshots, Window


def cluster_parts(item: KubeObject, spec: SSHClusterSpec, beside: Mapping[str, str]) -> ClusterParts:
    """Return the parts; `beside`: path in the repository → what stands in the cluster's folder and in addons/."""
    files = files_of(item, spec, beside)
    addons = addons_of(item, spec, beside)
    values = {
        "kubernetes_version": spec.kubernetes_version or "",
        "image_repository": spec.image_repository,
        "pod_network": spec.pod_network,
        "artifacts": ArtifactSource(binaries=spec.artifacts.binaries, images=spec.artifacts.images),
        "containerd": Containerd(
            restrict_oom_score_adj=spec.containerd.restrict_oom_score_adj, cni_bin_dir=spec.containerd.cni_bin_dir
        ),
        "proxy": proxy_of(spec.proxy),
        "files": tuple(files.files),
        "addons": tuple(addons.addons),
        "kubeadm": _kubeadm(spec),
        "rollout": _rollout(spec.rollout),
        "snapshots": Snapshots(store=spec.snapshots.store, keep=spec.snapshots.keep),
        "waived": tuple(name for name in spec.preflight.waive if name in OWN_CHECKS),
        "adopt": spec.adopt,
        "destroy": spec.destroy,
    }
    volumes = {
        f"volumes.{number}": item.at("spec", "apiServer", "extraVolumes", number)
        for number in range(len(spec.api_server.extra_volumes))
    }
    places = {"kubernetes_version": item.at("spec", "kubernetesVersion"), "kubeadm": item.at("spec")}
    problems = (*files.problems, *addons.problems)
    return ClusterParts(values, ssh_values(spec.ssh), places | volumes | files.places | addons.places, problems)


def machine_parts(item: KubeObject, spec: SSHMachineSpec) -> MachineParts:
    values = {
        "role": spec.role,
        "address": spec.address,
        "private_address": spec.private_address,
        "labels": dict(spec.labels),
        "taints": taints_of(spec.taints),
    }
    names = {"role": "role", "address": "address", "private_address": "privateAddress", "taints": "taints"}
    return MachineParts(values, ssh_values(spec.ssh), {field: item.at("spec", name) for field, name in names.items()})


def _kubeadm(spec: SSHClusterSpec) -> Kubeadm:
    return Kubeadm(
        api_server_extra_args=spec.api_server.extra_arguments,
        api_server_cert_sans=tuple(spec.api_server.cert_sans),
        api_server_extra_volumes=volumes_of(spec.api_server.extra_volumes),
        controller_manager_extra_args=spec.controller_manager.extra_arguments,
        scheduler_extra_args=spec.scheduler.extra_arguments,
        kubelet_extra_args=spec.kubelet.extra_arguments,
        kubelet_configuration=spec.kubelet.configuration,
        kube_proxy_configuration=spec.kube_proxy.configuration,
        ignore_preflight_errors=tuple(name for name in spec.preflight.waive if name not in OWN_CHECKS),
        adds_own_flags=spec.adopt is None,
    )


def _rollout(rollout: RolloutSettings) -> Rollout:
    return Rollout(
        max_unavailable=rollout.max_unavailable,
        first_alone=rollout.first_alone,
        soak=rollout.soak,
        failure_budget=rollout.failure_budget,
        drain=_drain(rollout.drain),
        windows=tuple(_window(window) for window in rollout.windows),
        approval=rollout.approval,
        remove_at_most=rollout.remove_at_most,
    )


def _drain(drain: DrainSettings) -> Drain:
    return Drain(
        timeout=drain.timeout,
        grace=drain.grace_period,
        when_blocked=drain.when_blocked,
        unmanaged=drain.unmanaged_pods,
        local_data=drain.local_data,
    )


def _window(window: WindowSettings) -> Window:
    return Window(days=tuple(window.days), start=window.start, duration=window.duration, zone=window.time_zone)


def ssh_values(ssh: SSH) -> dict[str, Any]:
    """Return what is written of how to log in; None for what is taken away."""
    return {name: getattr(ssh, name) for name in ssh.model_fields_set}


def taints_of(taints: list[TaintSpec] | None) -> tuple[Taint, ...] | None:
    if taints is None:
        return None
    return tuple(Taint(key=taint.key, value=taint.value, effect=taint.effect) for taint in taints)
