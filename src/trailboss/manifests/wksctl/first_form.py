"""wksctl's first form, in the form that is read.

The first form (`cluster.k8s.io/v1alpha1`) has a Cluster or Machine and its infrastructure in one object, without
references. It is read by its own shape, so that problems name its own fields, and then taken apart into the two objects
that Cluster API's later versions have.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from trailboss.manifests.objects import KubeObject
from trailboss.manifests.reading.place import Location
from trailboss.manifests.schema.bare_metal import (
    BareMetalClusterManifest,
    BareMetalMachineManifest,
    BareMetalMachineProviderSpec,
)
from trailboss.manifests.schema.base import Metadata
from trailboss.manifests.schema.cluster_api import ClusterManifest, ClusterSpec, MachineManifest, MachineSpec, Reference
from trailboss.manifests.schema.existing_infra import (
    ExistingInfraClusterManifest,
    ExistingInfraMachineManifest,
    ExistingInfraMachineSpec,
    WksEndPoint,
)
from trailboss.manifests.schema.kinds import KINDS, OLD_CLUSTER_API, WEAVEWORKS
from trailboss.model.problem import Problem

_VALUE: Location = ("spec", "providerSpec", "value")


def apart(item: KubeObject, cluster: str) -> tuple[KubeObject, ...]:
    """Return the objects of today's form that one of the first form stands for; any other as it is.

    `cluster`: the name of the Cluster that machines belong to, "" where it is not known.
    """
    if item.kind.group != OLD_CLUSTER_API:
        return (item,)
    if item.kind.name == "Cluster":
        return _cluster(item), _cluster_infrastructure(item)
    return _machine(item, cluster), _machine_infrastructure(item)


def nameless_cluster_problems(objects: list[KubeObject]) -> Iterator[Problem]:
    """Yield machines of the first form of which nobody can tell whose they are."""
    clusters = {item.name for item in objects if item.kind.name == "Cluster"}
    for item in objects:
        if item.kind.group == OLD_CLUSTER_API and item.kind.name == "Machine" and len(clusters) > 1:
            message = "a machine of this form belongs to the one Cluster beside it, and there are several"
            yield item.problem(
                ("metadata",), message, found=", ".join(sorted(clusters)), allowed="one Cluster a folder"
            )


def _cluster(item: KubeObject) -> KubeObject:
    reference = {"apiVersion": f"{WEAVEWORKS}/v1alpha3", "kind": "ExistingInfraCluster", "name": item.name}
    network = item.look("spec", "clusterNetwork")
    value = {**item.value, "spec": {"clusterNetwork": network, "infrastructureRef": reference}}
    shape = None
    if isinstance(item.shape, BareMetalClusterManifest):
        spec = ClusterSpec(
            clusterNetwork=item.shape.spec.cluster_network, infrastructureRef=Reference.model_validate(reference)
        )
        shape = ClusterManifest(**_top(item.shape), spec=spec)
    moved: dict[Location, Location] = {
        ("spec", "infrastructureRef"): ("spec", "providerSpec"),
        ("spec", "controlPlaneEndpoint"): (*_VALUE, "apiServer", "externalLoadBalancer"),
    }
    return replace(item, kind=KINDS["Cluster"], value=value, shape=shape, moved=moved)


def _cluster_infrastructure(item: KubeObject) -> KubeObject:
    value = {**item.value, "spec": item.look(*map(str, _VALUE))}
    shape = None
    if isinstance(item.shape, BareMetalClusterManifest):
        top = _top(item.shape)
        shape = ExistingInfraClusterManifest(**top, spec=item.shape.spec.provider_spec.value)
    kind = KINDS["ExistingInfraCluster"]
    return replace(item, kind=kind, value=value, shape=shape, moved={("spec",): _VALUE})


def _machine(item: KubeObject, cluster: str) -> KubeObject:
    reference = {"apiVersion": f"{WEAVEWORKS}/v1alpha3", "kind": "ExistingInfraMachine", "name": item.name}
    spec = {"clusterName": cluster, "infrastructureRef": reference, "version": item.look("spec", "versions") or None}
    value = {**item.value, "spec": spec}
    shape = None
    if isinstance(item.shape, BareMetalMachineManifest):
        read = MachineSpec(
            clusterName=cluster,
            infrastructureRef=Reference.model_validate(reference),
            version=item.shape.spec.versions.wanted,
        )
        shape = MachineManifest(**_top(item.shape), spec=read)
    moved: dict[Location, Location] = {
        ("spec", "infrastructureRef"): ("spec", "providerSpec"),
        ("spec", "version"): ("spec", "versions"),
        ("spec", "clusterName"): ("metadata",),
    }
    return replace(item, kind=KINDS["Machine"], value=value, shape=shape, moved=moved)


def _machine_infrastructure(item: KubeObject) -> KubeObject:
    value = {**item.value, "spec": item.look(*map(str, _VALUE))}
    moved: dict[Location, Location] = {("spec",): _VALUE}
    shape = None
    if isinstance(item.shape, BareMetalMachineManifest):
        written = item.shape.spec.provider_spec.value
        shape = ExistingInfraMachineManifest(**_top(item.shape), spec=_ends(written))
        if written.public is None and written.address:
            moved[("spec", "public")] = _VALUE
        if written.private is None and written.private_address:
            moved[("spec", "private")] = _VALUE
            moved[("spec", "private", "address")] = (*_VALUE, "privateAddress")
    return replace(item, kind=KINDS["ExistingInfraMachine"], value=value, shape=shape, moved=moved)


def _ends(written: BareMetalMachineProviderSpec) -> ExistingInfraMachineSpec:
    """Return both ends; `address`, `port` and `privateAddress` are what they were called before."""
    public, private = written.public, written.private
    if public is None and written.address:
        port = {"port": written.port} if written.port else {}
        public = WksEndPoint(address=written.address, **port)
    if private is None and written.private_address:
        private = WksEndPoint(address=written.private_address)
    return ExistingInfraMachineSpec(public=public, private=private)


def _top(shape: BareMetalClusterManifest | BareMetalMachineManifest) -> dict[str, Any]:
    given = shape.metadata
    metadata = Metadata(name=given.name, namespace=given.namespace, labels=given.labels, annotations=given.annotations)
    return {"apiVersion": shape.api_version, "kind": shape.kind, "metadata": metadata}
