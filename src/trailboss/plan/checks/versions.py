"""Kubernetes versions: what can be installed, and that no step goes back or too far."""

from collections.abc import Iterator

from trailboss.kubeadm.versions import Version, step_problems, unsupported
from trailboss.model.plan import Refusal
from trailboss.plan.running import api_servers, components, parsed
from trailboss.plan.situation import Situation
from trailboss.plan.words import some

_CGROUP_V1_REFUSED_SINCE = 35


def supported(situation: Situation) -> Iterator[Refusal]:
    for text in (situation.route.next, *situation.route.later):
        version = parsed(text)
        reason = unsupported(version) if version else f"{text!r} is no Kubernetes version"
        if reason:
            yield Refusal(reason=reason, remedy="name a whole release within the range, such as 1.34.4")


def machines_agree(situation: Situation) -> Iterator[Refusal]:
    wanted = situation.manifests.kubernetes_version
    for machine in situation.manifests.machines:
        if machine.kubernetes_version != wanted:
            yield Refusal(
                reason=f"{machine.name} asks for {machine.kubernetes_version} in a cluster of {wanted};"
                " kubeadm joins machines of its own version only",
                remedy=f"name {wanted} for {machine.name} too",
                machine=machine.name,
            )


def no_downgrade(situation: Situation) -> Iterator[Refusal]:
    """Data that a newer API server has written, an older one may not read: there is no way back but a snapshot."""
    wanted, hop = parsed(situation.manifests.kubernetes_version), parsed(situation.route.next)
    seen = _seen(situation) if situation.was_initialised else {}
    if wanted is None or hop is None or not seen:
        return
    newest = max(seen.values())
    if newest > wanted:
        yield Refusal(
            reason=f"going from {newest} back to {wanted} is a downgrade: {_newer(seen, wanted)}",
            remedy=f"go on to {newest} by naming it in the manifests, or restore the snapshot of etcd that was taken"
            f" before {newest} came",
        )
    elif newest > hop:
        yield Refusal(
            reason=f"the next version on the way to {wanted} is {hop}, and that is older than {_newer(seen, hop)}",
            remedy=f"bring these back to {api_servers(situation.observation)[0]}, which the oldest API server runs",
        )


def no_minor_skipped(situation: Situation) -> Iterator[Refusal]:
    hop, servers = parsed(situation.route.next), api_servers(situation.observation)
    if situation.was_initialised and hop and servers and servers[0] < hop:
        for problem in step_problems(servers[0], hop):
            yield Refusal(
                reason=f"the oldest API server runs {servers[0]}: {problem}",
                remedy="bring the API servers within one minor of each other first",
            )
    for minor in situation.route.missing:
        source = situation.cluster.artifacts.binaries
        yield Refusal(
            reason=f"the way from {situation.observation.api_version} to {situation.manifests.kubernetes_version} leads"
            f" over {minor}, and no release of it is known",
            remedy=f"publish one at {source}: its programs, and release/stable-{minor}.txt, which names it",
        )


def all_control_planes_known(situation: Situation) -> Iterator[Refusal]:
    """One that stays behind would hold the others where they are: API servers are within one minor of each other."""
    known = {machine.name for machine in (*situation.cluster.machines, *(one.machine for one in situation.leaving))}
    hop = parsed(situation.route.next)
    for name, seen in sorted(situation.observation.control_planes.items()):
        version = parsed(seen.api_server)
        if name not in known and hop and version and version.minor < hop.minor:
            yield Refusal(
                reason=f"the cluster is to go to {hop}, and the manifests do not have the control plane {name}, which"
                f" runs {version}",
                remedy=f"put {name} into the manifests, or take its node and its etcd member out of the cluster",
                machine=name,
            )


def released(situation: Situation) -> Iterator[Refusal]:
    """A version that is newer than the newest known patch of its minor is most likely a slip of the pen."""
    wanted = parsed(situation.manifests.kubernetes_version)
    known = [version for version in map(parsed, situation.observation.releases) if version]
    if wanted and situation.upgrading and known and max(known) < wanted:
        yield Refusal(
            reason=f"Kubernetes {wanted} is not known; the newest release that is: {max(known)}",
            remedy=f"publish it at {situation.cluster.artifacts.binaries}, or name {max(known)}",
        )


def control_groups(situation: Situation) -> Iterator[Refusal]:
    version = parsed(situation.manifests.kubernetes_version)
    allowed = situation.cluster.kubeadm.kubelet_configuration.get("failCgroupV1") is False
    if version is None or version.minor < _CGROUP_V1_REFUSED_SINCE or allowed:
        return
    hosts = ", ".join(machine.name for machine, facts in situation.observed if facts.cgroup_version == 1)
    if hosts:
        yield Refusal(
            reason=f"{hosts}: the kubelet refuses control groups v1 since Kubernetes 1.{_CGROUP_V1_REFUSED_SINCE}",
            remedy="boot these hosts with control groups v2 (systemd.unified_cgroup_hierarchy=1), or set"
            " failCgroupV1: false in the kubelet configuration",
        )


def _seen(situation: Situation) -> dict[str, Version]:
    """Return the version of each API server, of each kubelet of the manifests, of kubeadm's record, by words for it."""
    observation, planes = situation.observation, situation.observation.control_planes
    texts = {f"the API server of {name} runs": planes[name].api_server for name in sorted(planes)}
    if not texts:
        texts["the API server runs"] = observation.api_version
    texts["kubeadm has recorded"] = observation.recorded_version
    found = {words: parsed(text) for words, text in texts.items()}
    for machine in situation.cluster.machines:
        found[f"the kubelet of {machine.name} runs"] = components(observation, machine).get("kubelet")
    return {words: version for words, version in found.items() if version}


def _newer(seen: dict[str, Version], than: Version) -> str:
    return some([f"{words} {version}" for words, version in seen.items() if version > than])
