"""Fields of wksctl's that are taken and mean nothing here: each is told, so that none is ignored in silence."""

from collections.abc import Iterator

from trailboss.manifests.objects import KubeObject
from trailboss.manifests.schema.existing_infra import ExistingInfraClusterSpec, ExistingInfraMachineSpec
from trailboss.model.problem import Problem

_OF_THE_CLUSTER = {
    "controllerImage": "means nothing here: no controller of wksctl's runs in the cluster; take it out",
    "imageSuffix": "means nothing here: it was for the images of wksctl's own controllers; take it out",
    "workloadCluster": "means nothing here: every cluster is driven from outside, and has all of its machines in its "
    "manifests; take it out",
}


def cluster_warnings(item: KubeObject, spec: ExistingInfraClusterSpec) -> Iterator[Problem]:
    for field, message in _OF_THE_CLUSTER.items():
        if item.look("spec", field):
            yield _warning(item, field, message)
    path = spec.ssh_key_path
    if path and not path.startswith(("/", "~/")):
        yield item.at("spec", "sshKeyPath").problem(
            "names no file of the worker, which logs in with its own key instead (setting TRAILBOSS_SSH_KEY_FILE)",
            found=path,
            allowed="a path on the worker that begins with / or ~/, or nothing",
            severity="warning",
        )


def machine_warnings(item: KubeObject, spec: ExistingInfraMachineSpec) -> Iterator[Problem]:
    if spec.provider_id:
        message = "means nothing here: wksctl's controller wrote it; take it out"
        yield _warning(item, "providerID", message)


def _warning(item: KubeObject, field: str, message: str) -> Problem:
    return item.at("spec", field).problem(message, found=str(item.look("spec", field)), severity="warning")
