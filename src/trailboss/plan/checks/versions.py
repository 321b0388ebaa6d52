"""Kubernetes versions: what can be installed, and what may run beside what runs already."""

from collections.abc import Iterator

from trailboss.kubeadm.versions import Version, parse, step_problems, unsupported
from trailboss.model.plan import Refusal
from trailboss.plan.situation import Situation

_CGROUP_V1_REFUSED_SINCE = 35


def supported(situation: Situation) -> Iterator[Refusal]:
    version = _parsed(situation.cluster.kubernetes_version)
    reason = unsupported(version) if version else f"{situation.cluster.kubernetes_version!r} is no Kubernetes version"
    if reason:
        yield Refusal(reason=reason, remedy="name a whole release within the range, such as 1.34.4")


def machines_agree(situation: Situation) -> Iterator[Refusal]:
    wanted = situation.cluster.kubernetes_version
    for machine in situation.cluster.machines:
        if machine.kubernetes_version != wanted:
            yield Refusal(
                reason=f"{machine.name} asks for {machine.kubernetes_version} in a cluster of {wanted};"
                " kubeadm joins machines of its own version only",
                remedy=f"name {wanted} for {machine.name} too",
            )


def running_version_stays(situation: Situation) -> Iterator[Refusal]:
    running, desired = _parsed(situation.observation.api_version), _parsed(situation.cluster.kubernetes_version)
    if running is None or desired is None:
        return
    if running != desired:
        problem = "; ".join(step_problems(running, desired)) or "upgrades of running clusters are not built yet"
        yield Refusal(reason=f"the cluster runs {running}: {problem}", remedy=f"name {running} in the manifests")
        return
    for machine in situation.cluster.machines:
        node = situation.observation.node(machine.name)
        if node is not None and _parsed(node.kubelet_version) != desired:
            yield Refusal(
                reason=f"the kubelet of {machine.name} runs {node.kubelet_version} and the manifests ask for {desired}:"
                " upgrades of running machines are not built yet",
                remedy=f"bring {machine.name} to {desired} by hand, or name its version in the manifests",
            )


def control_groups(situation: Situation) -> Iterator[Refusal]:
    version = _parsed(situation.cluster.kubernetes_version)
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


def _parsed(text: str) -> Version | None:
    try:
        return parse(text)
    except ValueError:
        return None
