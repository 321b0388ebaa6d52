"""What an SSHCluster beside wksctl's cluster adds to it: whatever wksctl has no field for, such as a mirror."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from trailboss.manifests.normalise import from_ssh
from trailboss.manifests.normalise.draft import ClusterParts
from trailboss.manifests.objects import KubeObject
from trailboss.manifests.reading.place import FieldPlace
from trailboss.manifests.schema.ssh import SSHClusterManifest
from trailboss.model.cluster import Kubeadm
from trailboss.model.problem import Problem


def supplemented(parts: ClusterParts, item: KubeObject | None, beside: Mapping[str, str]) -> ClusterParts:
    """Return `parts` with what is written in the SSHCluster `item`: lists are added to, all else is replaced."""
    if item is None or not isinstance(item.shape, SSHClusterManifest):
        return parts
    written = item.shape.spec.model_fields_set
    more = from_ssh.cluster_parts(item, item.shape.spec, beside)
    values: dict[str, Any] = dict(parts.values)
    values |= {name: value for name, value in more.values.items() if name in written}
    if "preflight" in written:
        values["waived"] = more.values["waived"]
    values["files"] = (*parts.values["files"], *more.values["files"])
    values["kubeadm"] = _kubeadm(parts.values["kubeadm"], more.values["kubeadm"])
    return replace(
        parts,
        values=values,
        ssh={**parts.ssh, **more.ssh},
        places=_places(parts, more),
        problems=(*parts.problems, *_versions(parts, more), *more.problems),
    )


def _kubeadm(wksctls: Kubeadm, ours: Kubeadm) -> Kubeadm:
    merged = {name: _merged(getattr(wksctls, name), getattr(ours, name)) for name in Kubeadm.model_fields}
    return Kubeadm(**merged)


def _merged(first: Any, second: Any) -> Any:  # noqa: ANN401 - mappings and tuples of any
    return {**first, **second} if isinstance(first, dict) else (*first, *second)


def _places(parts: ClusterParts, more: ClusterParts) -> dict[str, FieldPlace]:
    """Return where all was written; positions in lists that were added to go on after the first's."""
    before = {"files": len(parts.values["files"]), "volumes": len(parts.values["kubeadm"].api_server_extra_volumes)}
    places = dict(parts.places)
    for field, place in more.places.items():
        name, _, number = field.partition(".")
        places[f"{name}.{int(number) + before[name]}" if name in before else field] = place
    return places


def _versions(parts: ClusterParts, more: ClusterParts) -> Iterator[Problem]:
    wksctls, ours = parts.values["kubernetes_version"], more.values["kubernetes_version"]
    if wksctls and ours and wksctls != ours:
        place = more.places["kubernetes_version"]
        yield place.problem("differs from the version of wksctl's manifests", found=ours, allowed=f"{wksctls}, once")
