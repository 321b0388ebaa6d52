"""Adds to a cluster's parts what its KubeadmControlPlane and its pools of workers say."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from trailboss.manifests.hosts import PoolObjects
from trailboss.manifests.normalise.agree import Said, agreed, disagreements
from trailboss.manifests.normalise.draft import ClusterParts
from trailboss.manifests.normalise.registrations import argument_problems, first_and_further_problems, registrations
from trailboss.manifests.normalise.spoken import COMPONENTS, all_said, files_of
from trailboss.manifests.references import ClusterObjects
from trailboss.manifests.schema.control_plane import KubeadmControlPlaneManifest
from trailboss.model.checks import OWN_CHECKS
from trailboss.model.cluster import HostFile, Kubeadm
from trailboss.model.problem import Problem
from trailboss.model.rollout import Rollout

_NETWORK = ("pod_cidr", "service_cidr", "service_domain")


def with_pools(objects: ClusterObjects, parts: ClusterParts) -> ClusterParts:
    """Return `parts` with what the pools say; where there are none, `parts` itself."""
    if not objects.pools:
        return parts
    spoken = all_said(objects.cluster, objects.infrastructure, parts, objects.pools)
    said = agreed(spoken)
    values: dict[str, Any] = {
        **parts.values,
        **{
            field: said[field].value for field in (*_NETWORK, "image_repository", "kubernetes_version") if field in said
        },
        "kubeadm": _kubeadm(parts.values.get("kubeadm", Kubeadm()), said, objects.pools),
        "rollout": _rollout(parts.values.get("rollout", Rollout()), said),
        "files": _each(said, "file "),
        "waived": _all([*parts.values.get("waived", ()), *(name for name in _waived(objects) if name in OWN_CHECKS)]),
    }
    problems = (*parts.problems, *disagreements(spoken), *_problems(objects, parts, said))
    endpoint = said["endpoint"].value if "endpoint" in said else parts.endpoint
    return replace(parts, values=values, places=_places(parts, said), problems=problems, endpoint=endpoint)


def _kubeadm(kubeadm: Kubeadm, said: Mapping[str, Said], pools: tuple[PoolObjects, ...]) -> Kubeadm:
    arguments = {
        field: {name.partition(" ")[2]: one.value for name, one in said.items() if name.startswith(f"{component} ")}
        for component, field in COMPONENTS.items()
    }
    names = [name for pool in pools for name in _cert_sans(pool)]
    ignored = [name for pool in pools for name in _ignored(pool) if name not in OWN_CHECKS]
    return kubeadm.model_copy(
        update={
            **arguments,
            "api_server_cert_sans": _all([*kubeadm.api_server_cert_sans, *names]),
            "api_server_extra_volumes": _each(said, "volume "),
            "ignore_preflight_errors": _all([*kubeadm.ignore_preflight_errors, *ignored]),
        }
    )


def _rollout(rollout: Rollout, said: Mapping[str, Said]) -> Rollout:
    update: dict[str, Any] = {}
    if "max_unavailable" in said:
        update["max_unavailable"] = said["max_unavailable"].value
    if "soak" in said:
        update["soak"] = timedelta(seconds=said["soak"].value)
    return rollout.model_copy(update=update)


def _each(said: Mapping[str, Said], prefix: str) -> tuple[Any, ...]:
    return tuple(one.value for name, one in said.items() if name.startswith(prefix))


def _all(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _cert_sans(pool: PoolObjects) -> list[str]:
    if not isinstance(pool.owner.shape, KubeadmControlPlaneManifest):
        return []
    return pool.owner.shape.spec.kubeadm_config_spec.cluster_configuration.api_server.cert_sans


def _ignored(pool: PoolObjects) -> list[str]:
    return [name for one in registrations(pool) for name in one.value.ignore_preflight_errors]


def _waived(objects: ClusterObjects) -> list[str]:
    return [name for pool in objects.pools for name in _ignored(pool)]


def _places(parts: ClusterParts, said: Mapping[str, Said]) -> dict[str, Any]:
    """Return where each value stands, as checks ask for it."""
    named = (*_NETWORK, "kubernetes_version", "endpoint")
    places = {**parts.places, **{field: said[field].place for field in named if field in said}}
    for prefix, name in (("volume ", "volumes"), ("file ", "files")):
        found = [one.place for field, one in said.items() if field.startswith(prefix)]
        places |= {f"{name}.{number}": place for number, place in enumerate(found)}
    return places


def _problems(objects: ClusterObjects, parts: ClusterParts, said: Mapping[str, Said]) -> Iterator[Problem]:
    of_all = parts.values.get("kubeadm", Kubeadm()).kubelet_extra_args
    yield from argument_problems(of_all, tuple(one for pool in objects.pools for one in registrations(pool)))
    for pool in objects.pools:
        yield from first_and_further_problems(pool)
        yield from _file_problems(objects, pool, parts.values.get("files", ()))
    yield from _share_problems(objects, said)


def _file_problems(objects: ClusterObjects, pool: PoolObjects, of_all: tuple[HostFile, ...]) -> Iterator[Problem]:
    """Yield files that only some hosts were to have."""
    for file, place in files_of(pool):
        without = [str(other) for other in objects.pools if file not in {each for each, _ in files_of(other)}]
        without += [f"Machine {machine.machine.name}" for machine in objects.machines]
        if without and file not in of_all:
            yield place.problem(
                "every host of a cluster gets the same files (for now), and not all ask for this one",
                found=f"{file.path}, which {', '.join(without[:3])} would get, too",
                allowed="the file in SSHCluster spec.files, from where every host gets it; take it out here",
            )


def _share_problems(objects: ClusterObjects, said: Mapping[str, Said]) -> Iterator[Problem]:
    """Yield a pool's share of unavailable workers, where others count in, too."""
    workers = [pool for pool in objects.pools if pool.role == "worker"]
    own = objects.infrastructure.look("spec", "rollout", "maxUnavailable") if objects.infrastructure else None
    one = said.get("max_unavailable")
    if one and own is None and one.value.percent is not None and (len(workers) > 1 or objects.machines):
        yield one.place.problem(
            "a share of one pool cannot be honoured beside other workers",
            found=one.text,
            allowed="a number of workers, or SSHCluster spec.rollout.maxUnavailable, a share of all workers",
        )
