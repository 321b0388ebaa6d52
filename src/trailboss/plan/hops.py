"""The way from the version that runs to the one that is wanted: never back, never past a minor."""

from dataclasses import dataclass

from trailboss.kubeadm.versions import Version
from trailboss.model.cluster import Cluster
from trailboss.plan.etcd import WITHOUT_SPARE
from trailboss.plan.observation import Observation
from trailboss.plan.running import api_servers, components, parsed
from trailboss.plan.words import some


@dataclass(frozen=True)
class Route:
    """`next`: where the plan at hand leads. `later`: the versions after it, each by a plan of its own.

    `missing`: minors ("1.35") on the way of which no release is known; then nothing begins. `why`: why `next` is a
    version that runs already, although another is wanted; "" where it is not so.
    """

    next: str
    later: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    why: str = ""


def route(cluster: Cluster, observation: Observation) -> Route:
    """Return the way to the manifests' version; that alone where no cluster stands or it is not newer.

    What an earlier plan began comes first: control planes, kubelets and joins all get to one version before the next.
    """
    wanted, servers = parsed(cluster.kubernetes_version), api_servers(observation)
    if wanted is None or not servers or not _stands(cluster, observation) or servers[-1] >= wanted:
        return Route(cluster.kubernetes_version)
    why = _unfinished(cluster, observation, wanted)
    begun = servers[-1] if why else servers[0]
    known = _newest(observation.releases)
    minors = range(begun.minor + 1, wanted.minor)
    missing = tuple(f"1.{minor}" for minor in minors if minor not in known)
    if missing:
        return Route(str(servers[-1]), (cluster.kubernetes_version,), missing, why)
    between = [known[minor] for minor in minors]
    path = [str(version) for version in (*([begun] if why else []), *between, wanted)]
    return Route(path[0], tuple(path[1:]), missing, why)


def _unfinished(cluster: Cluster, observation: Observation, wanted: Version) -> str:
    """Return why the newest API server's version comes first, though it is not the one that is wanted."""
    servers = api_servers(observation)
    oldest, newest = servers[0], servers[-1]
    if newest.minor > oldest.minor:
        return f"an earlier upgrade to {newest} has not come to its end" if newest.minor < wanted.minor else ""
    behind = [
        name for name in _names(cluster, observation) if _kubelet_minor(cluster, observation, name) < newest.minor
    ]
    if behind and newest.minor < wanted.minor:
        return f"the kubelet of {some(behind)} is still older than that"
    return _to_join(cluster, observation) if newest == oldest else ""


def _to_join(cluster: Cluster, observation: Observation) -> str:
    """Return why machines join before the version changes: while it does, none can."""
    facts = {name: observation.machines[name] for name in _names(cluster, observation)}
    cut_off = [name for name, seen in facts.items() if seen.half_made]
    if cut_off:
        return f"the join of {some(cut_off)} was begun and has not come to its end"
    control_planes = [machine.name for machine in cluster.control_planes if machine.name in facts]
    new = [name for name in control_planes if not facts[name].is_member]
    few = len(control_planes) - len(new) <= WITHOUT_SPARE
    return f"etcd can spare no member before these have joined: {some(new)}" if new and few else ""


def _names(cluster: Cluster, observation: Observation) -> list[str]:
    return [machine.name for machine in cluster.machines if machine.name in observation.machines]


def _kubelet_minor(cluster: Cluster, observation: Observation, name: str) -> float:
    """Return the minor, which is infinite where no kubelet was seen."""
    found = components(observation, cluster.machine(name)).get("kubelet")
    return found.minor if found else float("inf")


def _stands(cluster: Cluster, observation: Observation) -> bool:
    return any(observation.machines[name].is_member for name in _names(cluster, observation))


def _newest(releases: tuple[str, ...]) -> dict[int, Version]:
    """Return the newest release of each minor; pre-releases are no place to stop at."""
    found = sorted(version for version in map(parsed, releases) if version and not version.pre)
    return {version.minor: version for version in found}
