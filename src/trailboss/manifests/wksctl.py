"""wksctl's repositories as they are: what its objects leave unsaid, and its first form, in the form that is read.

The first form (`cluster.k8s.io/v1alpha1`) has a Cluster or Machine and its infrastructure in one object, without
references. It is read by its own shape, so that problems name its own fields, and then taken apart into the two objects
that Cluster API's later versions have.
"""

import re
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
from trailboss.manifests.schema.kinds import FORMER_NAMES, KINDS, OLD_CLUSTER_API, WEAVEWORKS
from trailboss.model.problem import Problem

_VALUE: Location = ("spec", "providerSpec", "value")
_INFRASTRUCTURE = ("ExistingInfraCluster", "ExistingInfraMachine")


def amended(objects: list[KubeObject]) -> tuple[list[KubeObject], list[Problem]]:
    """Add what wksctl's objects need not say because they lie beside each other: names of clusters, references.

    wksctl reads one Cluster and one ExistingInfraCluster from one file, whatever they are called.
    """
    problems: list[Problem] = []
    clusters = [item.name for item in objects if item.kind.name == "Cluster"]
    cluster = clusters[0] if len(set(clusters)) == 1 else ""
    infra = [item.name for item in objects if item.kind.name == "ExistingInfraCluster"]
    result = []
    for item in objects:
        value = _amended(item, cluster)
        if value is not None and item.kind.name == "Cluster" and _refers(value):
            problems.extend(_paired(replace(item, value=value), infra))
            value = _with_reference(value, infra)
        result.append(item if value is None else replace(item, value=value))
    return result, problems


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


def _amended(item: KubeObject, cluster: str) -> dict[str, Any] | None:
    """Return the object with what it leaves unsaid, None where there is nothing to add."""
    spec, metadata = item.value.get("spec"), item.value.get("metadata")
    if item.kind.group == OLD_CLUSTER_API and item.kind.name == "Machine":
        name = _generated(metadata, spec)
        return {**item.value, "metadata": {**metadata, "name": name}} if name and isinstance(metadata, dict) else None
    reference = item.look("spec", "infrastructureRef")
    if not isinstance(spec, dict) or not isinstance(reference, dict):
        return None
    kind = FORMER_NAMES.get(str(reference.get("kind")), reference.get("kind"))
    if kind not in _INFRASTRUCTURE:
        return None
    spec = {**spec, "infrastructureRef": {**reference, "kind": kind}}
    if not reference.get("apiVersion") and not reference.get("apiGroup"):
        spec["infrastructureRef"]["apiVersion"] = f"{WEAVEWORKS}/v1alpha3"
    if item.kind.name == "Machine" and cluster and not spec.get("clusterName"):
        spec["clusterName"] = cluster
    return {**item.value, "spec": spec}


def _refers(value: dict[str, Any]) -> bool:
    return isinstance(value["spec"]["infrastructureRef"].get("name"), str)


def _paired(cluster: KubeObject, infra: list[str]) -> Iterator[Problem]:
    name = str(cluster.look("spec", "infrastructureRef", "name"))
    if len(infra) == 1 and infra[0] and name not in infra:
        yield cluster.at("spec", "infrastructureRef", "name").problem(
            "there is no ExistingInfraCluster of this name; the only one here is taken, as wksctl does",
            found=name,
            allowed=infra[0],
            severity="warning",
        )


def _with_reference(value: dict[str, Any], infra: list[str]) -> dict[str, Any]:
    reference = value["spec"]["infrastructureRef"]
    if len(infra) != 1 or not infra[0] or reference["name"] in infra:
        return value
    return {**value, "spec": {**value["spec"], "infrastructureRef": {**reference, "name": infra[0]}}}


def _generated(metadata: Any, spec: Any) -> str:  # noqa: ANN401 - whatever the manifest holds
    """Return a name for a machine that has only what its name begins with, "" where there is nothing to do.

    It ends with the machine's address: that stays the same whatever machines come and go, in whatever order.
    """
    if not isinstance(metadata, dict) or metadata.get("name") or not isinstance(metadata.get("generateName"), str):
        return ""
    address = _address(spec)
    slug = re.sub(r"[^a-z0-9]+", "-", address.lower()).strip("-")
    return f"{metadata['generateName']}{slug}" if slug else ""


def _address(spec: Any) -> str:  # noqa: ANN401 - as above
    value = spec
    for part in _VALUE[1:]:
        value = value.get(part) if isinstance(value, dict) else None
    if not isinstance(value, dict):
        return ""
    ends = (value.get(end) for end in ("private", "public"))
    found = [end.get("address") for end in ends if isinstance(end, dict)]
    candidates = [value.get("privateAddress"), *found, value.get("address")]
    return next((text for text in candidates if isinstance(text, str) and text), "")


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
