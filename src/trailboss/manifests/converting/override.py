"""What is to hold instead of what wksctl's manifests say: a version that there still is, a runtime that still works."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from trailboss.manifests.defaults import Defaults
from trailboss.manifests.objects import KubeObject
from trailboss.manifests.schema.kinds import OLD_CLUSTER_API

_VALUE = ("spec", "providerSpec", "value")


@dataclass(frozen=True)
class Override(Defaults):
    """`kubernetes_version` "": what is written. `containerd`: whatever runtime is written, containerd."""

    kubernetes_version: str = ""
    containerd: bool = False

    def under(self, item: KubeObject) -> KubeObject:
        """Return wksctl's objects as they are to be read; any other object as it is."""
        old = item.kind.group == OLD_CLUSTER_API
        if item.kind.name == "ExistingInfraCluster" or (old and item.kind.name == "Cluster"):
            return _with(item, _VALUE if old else ("spec",), self._of_cluster())
        if item.kind.name == "Machine" and self.kubernetes_version:
            versions = {"kubelet": self.kubernetes_version} if old else self.kubernetes_version
            field = "versions" if old else "version"
            return _with(item, ("spec",), {field: versions}) if item.look("spec", field) else item
        return item

    def _of_cluster(self) -> dict[str, Any]:
        version = {"kubernetesVersion": self.kubernetes_version} if self.kubernetes_version else {}
        return version | ({"cri": {"kind": "containerd"}} if self.containerd else {})


def _with(item: KubeObject, way: tuple[str, ...], values: Mapping[str, Any]) -> KubeObject:
    value = deepcopy(item.value)
    holder: Any = value
    for part in way:
        holder = holder.get(part) if isinstance(holder, dict) else None
    if isinstance(holder, dict):
        holder.update(values)
    return replace(item, value=value)
