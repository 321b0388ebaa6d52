"""What may run beside each other while an upgrade is under way, and what the new version has no more."""

from collections.abc import Iterator

from trailboss.kubeadm.versions import Version, controller_skew, kubelet_skew
from trailboss.model.plan import Refusal
from trailboss.plan.checks.finding import Finding
from trailboss.plan.running import api_servers, parsed
from trailboss.plan.situation import Situation


def versions_agree(situation: Situation) -> Iterator[Refusal]:
    """What is not upgraded together with the API servers must still fit to them once they are at the hop's minor."""
    hop = _new_minor(situation)
    for name, problem in (*_controllers(situation, hop), *_kubelets(situation, hop)) if hop else ():
        yield Refusal(
            reason=f"{name}: {problem}",
            remedy=f"upgrade {name} first, or take it out of the cluster",
            machine=name,
        )


def deprecated_apis(situation: Situation) -> Iterator[Finding]:
    hop, servers = _new_minor(situation), api_servers(situation.observation)
    for api in situation.observation.deprecated_apis if hop else ():
        removed = parsed(f"{api.removed_in}.0")
        what = f"{api.resource} of {api.group_version}"
        if removed is None:
            yield f"{what} is deprecated, and somebody asked for it"
        elif hop and removed.minor > hop.minor:
            yield f"{what} is deprecated, somebody asked for it, and Kubernetes {api.removed_in} has it no more"
        elif removed.minor > servers[0].minor:
            yield Refusal(
                reason=f"somebody asked for {what}, which Kubernetes {api.removed_in} has no more",
                remedy="change what asks for it: the API server's audit log and the metric"
                " apiserver_requested_deprecated_apis tell more",
            )


def _new_minor(situation: Situation) -> Version | None:
    """Return the hop's version, None where it brings the API servers no other minor."""
    hop, servers = parsed(situation.route.next), api_servers(situation.observation)
    new = hop and servers and situation.upgrading_control_planes and servers[0].minor < hop.minor
    return hop if new else None


def _controllers(situation: Situation, hop: Version) -> Iterator[tuple[str, str]]:
    for name, seen in sorted(situation.observation.control_planes.items()):
        for version in dict.fromkeys((parsed(seen.controller_manager), parsed(seen.scheduler))):
            if version and version <= hop:
                yield from ((name, problem) for problem in controller_skew(version, (hop,)))


def _kubelets(situation: Situation, hop: Version) -> Iterator[tuple[str, str]]:
    """A kubelet of the manifests that is newer than the hop is refused elsewhere, and for good."""
    known = {machine.name for machine in situation.cluster.machines}
    for node in situation.observation.nodes or ():
        version = parsed(node.kubelet_version)
        if version and not (version > hop and node.name in known):
            yield from ((node.name, problem) for problem in kubelet_skew(version, (hop,)))
