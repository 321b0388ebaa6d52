"""What every cluster of an installation starts from: fields of an SSHCluster that manifests need not repeat.

Whatever a manifest says wins. Mappings are laid one over the other, lists are replaced; `files` are put together by
path.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import BaseModel

from trailboss.manifests.normalise.draft import ClusterParts
from trailboss.manifests.objects import KubeObject
from trailboss.model.cluster import Cluster


@dataclass(frozen=True)
class Defaults:
    """`spec`: as written, for SSHClusters. `values` and `ssh`: the same read, for other kinds; see ClusterParts."""

    spec: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    ssh: Mapping[str, Any] = field(default_factory=dict)

    def under(self, item: KubeObject) -> KubeObject:
        """Return an SSHCluster with what it does not say itself; any other object as it is."""
        spec = item.value.get("spec")
        if item.kind.name != "SSHCluster" or not self.spec or not isinstance(spec, dict):
            return item
        return replace(item, value={**item.value, "spec": _written(self.spec, spec)})

    def below(self, parts: ClusterParts) -> ClusterParts:
        """Return what another kind says, with the defaults where that is nothing, or what is the default anyway."""
        if not self.values:
            return parts
        read = {
            name: _laid(value, parts.values.get(name), _blank(Cluster, name)) for name, value in self.values.items()
        }
        ssh = {**self.ssh, **{name: value for name, value in parts.ssh.items() if value is not None}}
        return replace(parts, values={**parts.values, **read}, ssh=ssh)


NO_DEFAULTS = Defaults()


def _written(below: Mapping[str, Any], above: Mapping[str, Any], *, null_counts: bool = False) -> dict[str, Any]:
    result = dict(below)
    for name, value in above.items():
        counts = null_counts or name in ("ssh", "configuration")
        if isinstance(value, dict) and isinstance(below.get(name), dict):
            result[name] = _written(below[name], value, null_counts=counts)
        elif name == "files" and isinstance(value, list):
            result[name] = [*value, *_others(below.get(name) or [], value)]
        elif value is not None or null_counts:
            result[name] = value
    return result


def _others(below: list[Any], above: list[Any]) -> list[Any]:
    """The manifest's own come first, so that positions in it stay what they are."""
    paths = {file.get("path") for file in above if isinstance(file, dict)}
    return [file for file in below if file.get("path") not in paths]


def _laid(below: Any, above: Any, blank: Any) -> Any:  # noqa: ANN401 - values of any field
    if above is None or above == blank:
        return below
    if isinstance(above, BaseModel) and isinstance(below, BaseModel):
        names = type(above).model_fields
        return above.model_copy(
            update={
                name: _laid(getattr(below, name), getattr(above, name), _blank(type(above), name)) for name in names
            }
        )
    if isinstance(above, dict) and isinstance(below, dict):
        return {**below, **above}
    if isinstance(above, tuple) and above and hasattr(above[0], "path"):
        paths = {file.path for file in above}
        return (*above, *(file for file in below if file.path not in paths))
    return above


def _blank(shape: type[BaseModel], name: str) -> Any:  # noqa: ANN401 - values of any field
    found = shape.model_fields.get(name)
    return found.get_default(call_default_factory=True) if found else None
