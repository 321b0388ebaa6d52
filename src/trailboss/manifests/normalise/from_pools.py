"""KubeadmControlPlane, MachineDeployment, MachineSet and their templates → parts of the model."""

from collections.abc import Iterator, Mapping

from trailboss.manifests.hosts import PoolObjects
from trailboss.manifests.normalise.draft import MachineParts
from trailboss.manifests.normalise.from_ssh import machine_parts, ssh_values, taints_of
from trailboss.manifests.normalise.registrations import registrations
from trailboss.manifests.objects import KubeObject
from trailboss.manifests.reading.place import FieldPlace
from trailboss.manifests.schema.control_plane import KubeadmControlPlaneManifest
from trailboss.manifests.schema.host_templates import SSHMachineTemplateManifest
from trailboss.manifests.schema.pools import MachineDeploymentManifest, MachineSetManifest
from trailboss.manifests.schema.ssh import SSHMachineManifest
from trailboss.model.machine import Taint

_HANDED_ON = ("node-role.kubernetes.io", "node-restriction.kubernetes.io", "node.cluster.x-k8s.io")
"""Domains of the labels that Cluster API hands on from Machines to their nodes; domains below the last two, too."""


def host_parts(pool: PoolObjects, host: KubeObject) -> MachineParts | None:
    """Return what is said of one host that a pool picked, None where too little could be read.

    What the SSHMachine says counts before what its template does, and that before kubeadm's configuration.
    """
    if not isinstance(host.shape, SSHMachineManifest):
        return None
    own = machine_parts(host, host.shape.spec)
    template = pool.template.shape if pool.template else None
    spec = template.spec.template.spec if isinstance(template, SSHMachineTemplateManifest) else None
    values = {
        **own.values,
        "role": pool.role,
        "labels": {**_pool_labels(pool), **(spec.labels if spec else {}), **own.values["labels"]},
        "taints": _first(own.values["taints"], taints_of(spec.taints) if spec else None, _pool_taints(pool)),
    }
    return MachineParts(values, {**(ssh_values(spec.ssh) if spec else {}), **own.ssh}, own.places)


def version_of(pool: PoolObjects) -> tuple[str, FieldPlace]:
    """Return the version that a pool of workers asks for, "" where it leaves that to its cluster, and where."""
    at = pool.owner.at("spec", "template", "spec", "version")
    match pool.owner.shape:
        case MachineDeploymentManifest() | MachineSetManifest() as manifest:
            return manifest.spec.template.spec.version or "", at
    return "", at


def _pool_labels(pool: PoolObjects) -> dict[str, str]:
    registered = {key: value for one in registrations(pool) for key, value in one.labels.items()}
    return {**registered, **dict(_handed_on(_template_labels(pool.owner)))}


def _template_labels(owner: KubeObject) -> Mapping[str, str]:
    match owner.shape:
        case KubeadmControlPlaneManifest() as control_plane:
            return control_plane.spec.machine_template.metadata.labels
        case MachineDeploymentManifest() | MachineSetManifest() as manifest:
            return manifest.spec.template.metadata.labels
    return {}


def _handed_on(labels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, value in labels.items():
        domain = key.partition("/")[0]
        if domain in _HANDED_ON or domain.endswith(tuple(f".{each}" for each in _HANDED_ON[1:])):
            yield key, value


def _pool_taints(pool: PoolObjects) -> tuple[Taint, ...] | None:
    return _first(*(one.taints for one in registrations(pool)))


def _first(*values: tuple[Taint, ...] | None) -> tuple[Taint, ...] | None:
    return next((value for value in values if value is not None), None)
