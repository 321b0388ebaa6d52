"""ExistingInfraCluster and ExistingInfraMachine → parts of the model, with wksctl's meaning of their fields."""

from collections.abc import Iterator, Sequence
from typing import Any

from trailboss.manifests.normalise.draft import ClusterParts, MachineParts
from trailboss.manifests.objects import KubeObject
from trailboss.manifests.schema.existing_infra import (
    ExistingInfraClusterSpec,
    ExistingInfraMachineSpec,
    ServerArgument,
)
from trailboss.model.cluster import Endpoint, Kubeadm
from trailboss.model.machine import Role
from trailboss.model.problem import Problem

CONTROL_PLANE_LABEL = "cluster.x-k8s.io/control-plane"


def cluster_parts(item: KubeObject, spec: ExistingInfraClusterSpec) -> ClusterParts:
    values: dict[str, Any] = {
        "kubernetes_version": spec.kubernetes_version or "",
        "image_repository": spec.image_repository,
        "kubeadm": Kubeadm(
            api_server_extra_args=_arguments(spec.api_server.extra_arguments),
            api_server_cert_sans=tuple(spec.api_server.additional_sans),
            kubelet_extra_args=_arguments(spec.kubelet_arguments),
        ),
    }
    names = {
        "kubernetes_version": "kubernetesVersion",
        "infrastructure_endpoint": "controlPlaneEndpoint",
        "control_plane_count": "controlPlaneMachineCount",
        "worker_count": "workerMachineCount",
    }
    ssh = {"user": spec.user, "key_file": spec.ssh_key_path}
    places = {field: item.at("spec", name) for field, name in names.items()}
    return ClusterParts(
        values,
        ssh,
        places,
        problems=tuple(_repeated(item, spec)),
        endpoint=endpoint_of(spec.control_plane_endpoint) if spec.control_plane_endpoint else None,
        control_plane_count=spec.control_plane_machine_count,
        worker_count=spec.worker_machine_count,
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
    return MachineParts(values, ssh, {"address": address, "private_address": item.at("spec", "private", "address")})


def role_of(labels: dict[str, str]) -> Role:
    """Return the role that a Machine's labels give: wksctl's `set: master`, or Cluster API's own label."""
    master = labels.get("set") == "master" or CONTROL_PLANE_LABEL in labels
    return "control-plane" if master else "worker"


def endpoint_of(text: str) -> Endpoint:
    """Return the endpoint that `HOST[:PORT]` names."""
    host, _, port = text.partition(":")
    return Endpoint(host=host, port=int(port)) if port else Endpoint(host=host)


def _arguments(arguments: Sequence[ServerArgument]) -> dict[str, str]:
    return {argument.name: argument.value for argument in arguments}


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
