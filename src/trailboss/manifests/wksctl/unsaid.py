"""What wksctl's objects need not say because they lie beside each other: names of clusters, references."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from trailboss.manifests.objects import KubeObject
from trailboss.manifests.schema.kinds import FORMER_NAMES, OLD_CLUSTER_API, WEAVEWORKS
from trailboss.manifests.wksctl.generated_names import generated
from trailboss.model.problem import Problem

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


def _amended(item: KubeObject, cluster: str) -> dict[str, Any] | None:
    """Return the object with what it leaves unsaid, None where there is nothing to add."""
    spec, metadata = item.value.get("spec"), item.value.get("metadata")
    if item.kind.group == OLD_CLUSTER_API and item.kind.name == "Machine":
        name = generated(metadata, spec)
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
