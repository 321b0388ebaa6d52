"""ExistingInfraCluster and ExistingInfraMachine → parts of the model, with wksctl's meaning of their fields."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from trailboss.manifests.normalise.draft import ClusterParts, MachineParts
from trailboss.manifests.normalise.wksctl_files import files_of
from trailboss.manifests.normalise.wksctl_warnings import cluster_warnings, machine_warnings
from trailboss.manifests.normalise.wksctl_webhooks import Webhooks, webhooks_of
from trailboss.manifests.objects import KubeObject
from trailboss.manifests.schema.existing_infra import (
    ExistingInfraClusterSpec,
    ExistingInfraMachineSpec,
    ServerArgument,
)
from trailboss.model.cluster import Endpoint, Kubeadm, Proxy
from trailboss.model.machine import Role
from trailboss.model.problem import Problem

CONTROL_PLANE_LABEL = "cluster.x-k8s.io/control-plane"
_NAMES = {
    "kubernetes_version": "kubernetesVersion",
    "infrastructure_endpoint": "controlPlaneEndpoint",
    "control_plane_count": "controlPlaneMachineCount",
    "worker_count": "workerMachineCount",
    "kubeadm": "apiServer",
}


def cluster_parts(item: KubeObject, spec: ExistingInfraClusterSpec, beside: Mapping[str, str]) -> ClusterParts:
    """Return the parts; `beside`: path in the repository → text of whatever stands in the cluster's folder."""
    files, webhooks = files_of(item, spec, beside), webhooks_of(item, spec, beside)
    for file, place in webhooks.files:
        files.add(file, place)
    values: dict[str, Any] = {
        "kubernetes_version": spec.kubernetes_version or "",
        "image_repository": spec.image_repository,
        "proxy": Proxy(http=spec.http_proxy, https=spec.http_proxy) if spec.http_proxy else None,
        "files": tuple(files.files),
        "kubeadm": _kubeadm(spec, webhooks),
    }
    places = {field: item.at("spec", name) for field, name in _NAMES.items()}
    problems = (
        *_repeated(item, spec),
        *_endpoints(item, spec),
        *cluster_warnings(item, spec),
        *files.problems,
        *webhooks.problems,
    )
    return ClusterParts(
        values,
        {"user": spec.user, "key_file": _key_file(spec)},
        places | files.places | webhooks.places,
        problems=problems,
        endpoint=_endpoint(spec),
        control_plane_count=spec.control_plane_machine_count,
        worker_count=spec.worker_machine_count,
        sources=frozenset(files.sources | webhooks.sources),
    )


def machine_parts(item: KubeObject, spec: ExistingInfraMachineSpec, labels: dict[str, str]) -> MachineParts | None:
    """Return the machine's parts, None where it has neither address.

    wksctl logs in at the public address where there is one; nodes talk to each other at the private one.
    """
    outside = spec.public or spec.private
    if outside is None:
        return None
    private = spec.private.address if spec.private and spec.private.address != outside.address else None
    values = {"role": role_of(labels), "address": outside.address, "private_address": private}
    ssh = {"port": outside.port} if "port" in outside.model_fields_set else {}
    address = item.at("spec", "public" if spec.public else "private", "address")
    places = {"address": address, "private_address": item.at("spec", "private", "address")}
    return MachineParts(values, ssh, places, tuple(machine_warnings(item, spec)))


def role_of(labels: dict[str, str]) -> Role:
    """Return the role that a Machine's labels give: wksctl's `set: master`, or Cluster API's own label."""
    master = labels.get("set") == "master" or CONTROL_PLANE_LABEL in labels
    return "control-plane" if master else "worker"


def endpoint_of(text: str) -> Endpoint:
    """Return the endpoint that `HOST[:PORT]` names."""
    host, _, port = text.partition(":")
    return Endpoint(host=host, port=int(port)) if port else Endpoint(host=host)


def _kubeadm(spec: ExistingInfraClusterSpec, webhooks: Webhooks) -> Kubeadm:
    cloud = {"cloud-provider": spec.cloud_provider} if spec.cloud_provider else {}
    return Kubeadm(
        api_server_extra_args=webhooks.arguments | _arguments(spec.api_server.extra_arguments),
        api_server_cert_sans=tuple(spec.api_server.additional_sans),
        api_server_extra_volumes=webhooks.volumes,
        controller_manager_extra_args=cloud,
        kubelet_extra_args=cloud | _arguments(spec.kubelet_arguments),
    )


def _key_file(spec: ExistingInfraClusterSpec) -> str | None:
    """Return the key's path; one from wherever wksctl was run names no file of a worker, which takes its own key."""
    path = spec.ssh_key_path
    return path if path and path.startswith(("/", "~/")) else None


def _endpoint(spec: ExistingInfraClusterSpec) -> Endpoint | None:
    text = spec.control_plane_endpoint or spec.api_server.external_load_balancer
    return endpoint_of(text) if text else None


def _arguments(arguments: Sequence[ServerArgument]) -> dict[str, str]:
    return {argument.name: argument.value for argument in arguments}


def _endpoints(item: KubeObject, spec: ExistingInfraClusterSpec) -> Iterator[Problem]:
    balancer, endpoint = spec.api_server.external_load_balancer, _endpoint(spec)
    if balancer and endpoint and balancer != endpoint.host:
        place = item.at("spec", "apiServer", "externalLoadBalancer")
        message = "differs from controlPlaneEndpoint, which is what it is called today"
        yield place.problem(message, found=balancer, allowed=f"{endpoint.host}, once")


def _repeated(item: KubeObject, spec: ExistingInfraClusterSpec) -> Iterator[Problem]:
    lists: tuple[tuple[tuple[str, ...], Sequence[ServerArgument]], ...] = (
        (("spec", "apiServer", "extraArguments"), spec.api_server.extra_arguments),
        (("spec", "kubeletArguments"), spec.kubelet_arguments),
    )
    for location, arguments in lists:
        names = [argument.name for argument in arguments]
        for number, name in enumerate(names):
            if name in names[:number]:
                yield item.problem((*location, number, "name"), "an argument that is given twice", found=name)
