"""Where the settings of a running cluster differ from the manifests': what is to be changed, where, and why."""

from collections.abc import Iterator, Mapping
from typing import Any

from trailboss.kubeadm.init import kube_proxy_configuration, kubelet_configuration
from trailboss.kubeadm.settings import kube_proxy_digest, kubelet_digest, own_names, settings_digest
from trailboss.model.cluster import Cluster, Volume
from trailboss.model.machine import Machine
from trailboss.plan.observation import Recorded
from trailboss.plan.situation import Situation
from trailboss.steps import kubelet_service

_OF_ITS_OWN = ("apiVersion", "kind")


def may_change(situation: Situation) -> bool:
    """Settings change in a plan of their own: kubeadm brings newcomers and upgrades by what is recorded until then."""
    return not (situation.upgrading or situation.membership_changes or situation.route.later)


def differ(situation: Situation) -> bool:
    """Tell whether anything at all is to be set, now or in a later plan."""
    machines = [machine for machine, _ in situation.observed]
    found = (control_plane(situation, machine) or kubelet(situation, machine) for machine in machines)
    return bool(to_record(situation)) or any(found)


def to_record(situation: Situation) -> tuple[str, ...]:
    """Return what of the recorded settings is not as the manifests have it, in the manifests' words."""
    cluster, recorded = situation.cluster, situation.observation.recorded
    if recorded is None:
        return ()
    return (*_control_plane(cluster, recorded), *_kubelet(cluster, recorded), *_kube_proxy(cluster, recorded))


def kubelets_are_set(situation: Situation) -> bool:
    """Tell whether every member is known to have the kubelet configuration that was recorded for it."""
    marks = [facts.kubelet_settings for _, facts in situation.observed if facts.is_member]
    return not situation.unreachable and set(marks) == {kubelet_digest(situation.cluster)}


def kubelets_wait(situation: Situation) -> bool:
    """Tell whether members that were not looked at may need another kubelet configuration."""
    recorded = situation.observation.recorded
    return recorded is not None and kubelet_differs(situation.cluster, recorded)


def kubelet_differs(cluster: Cluster, recorded: Recorded) -> bool:
    return any(_kubelet(cluster, recorded))


def kube_proxy_differs(cluster: Cluster, recorded: Recorded) -> bool:
    return any(_kube_proxy(cluster, recorded))


def control_plane(situation: Situation, machine: Machine) -> tuple[str, ...]:
    """Return why a control plane's static pods have to be written anew; nothing if they are right."""
    facts, recorded = situation.facts(machine), situation.observation.recorded
    if machine.role != "control-plane" or facts is None or recorded is None or not facts.is_member:
        return ()
    if facts.settings_begun:
        return ("an earlier change of its settings was cut off",)
    if facts.settings == settings_digest(situation.cluster):
        return ()
    changed = tuple(_control_plane(situation.cluster, recorded))
    return changed or (("it has settings that were taken back since",) if facts.settings else ())


def kubelet(situation: Situation, machine: Machine) -> tuple[str, ...]:
    """Return why a member's kubelet has to read its configuration anew; nothing if it has the right one."""
    facts, recorded = situation.facts(machine), situation.observation.recorded
    if facts is None or not facts.is_member:
        return ()
    disabled = () if facts.kubelet_enabled else ("its service does not start at boot",)
    written = (*disabled, *(command.summary for command in kubelet_service.files(situation.cluster, machine, facts)))
    if recorded is None or facts.kubelet_settings == kubelet_digest(situation.cluster):
        return written
    changed = tuple(_kubelet(situation.cluster, recorded))
    earlier = ("its configuration is an earlier one",) if facts.kubelet_settings else ()
    return (*written, *(changed or earlier))


def _control_plane(cluster: Cluster, recorded: Recorded) -> Iterator[str]:
    user = cluster.kubeadm
    yield from _arguments("apiServer", user.api_server_arguments, recorded.api_server)
    yield from _volumes(user.api_server_extra_volumes, recorded)
    yield from _arguments("controllerManager", user.controller_manager_extra_args, recorded.controller_manager)
    yield from _arguments("scheduler", user.scheduler_extra_args, recorded.scheduler)
    new = [name for name in own_names(cluster) if name not in recorded.names]
    gone = [name for name in recorded.own_names or () if name not in own_names(cluster)]
    if new or gone:
        yield f"apiServer.certSANs ({', '.join([*(f'+{name}' for name in new), *(f'-{name}' for name in gone)])})"


def _arguments(component: str, wanted: Mapping[str, str], recorded: Mapping[str, str]) -> Iterator[str]:
    """Values are not repeated: some are secret."""
    plain = {name.lstrip("-"): value for name, value in wanted.items()}
    names = [name for name in sorted({*plain, *recorded}) if plain.get(name) != recorded.get(name)]
    if names:
        yield f"{component}.extraArguments ({', '.join(names)})"


def _volumes(wanted: tuple[Volume, ...], recorded: Recorded) -> Iterator[str]:
    """Volumes that others have recorded are left alone."""
    there = {volume.name for volume in recorded.volumes}
    changed = [volume.name for volume in wanted if volume not in recorded.volumes]
    kept = {volume.name for volume in wanted}
    gone = [name for name in recorded.own_volumes or () if name in there and name not in kept]
    if changed or gone:
        yield f"apiServer.extraVolumes ({', '.join(sorted([*changed, *gone]))})"


def _kubelet(cluster: Cluster, recorded: Recorded) -> Iterator[str]:
    """What Trailboss recorded last is compared by its digest: kubeadm writes some values in other words (5m0s)."""
    wanted = kubelet_configuration(cluster)
    yield from _configuration("kubelet", wanted, recorded.kubelet, recorded.own_kubelet, kubelet_digest(cluster))


def _kube_proxy(cluster: Cluster, recorded: Recorded) -> Iterator[str]:
    wanted, seen = kube_proxy_configuration(cluster), recorded.kube_proxy
    if seen:  # some clusters do without
        yield from _configuration("kubeProxy", wanted, seen, recorded.own_kube_proxy, kube_proxy_digest(cluster))


def _configuration(
    component: str, wanted: Mapping[str, Any], seen: Mapping[str, Any], own: str | None, digest: str
) -> Iterator[str]:
    differing = _missing(wanted, seen)
    if (own is None and differing) or own not in (None, digest):
        yield f"{component}.configuration ({', '.join(differing) or 'not everywhere yet, or taken out in part'})"


def _missing(wanted: Mapping[str, Any], seen: Mapping[str, Any]) -> list[str]:
    """Return the fields of `wanted` that `seen` does not have as they are; what else it has are kubeadm's values."""
    return [name for name, value in wanted.items() if name not in _OF_ITS_OWN and not _holds(seen.get(name), value)]


def _holds(seen: Any, wanted: Any) -> bool:  # noqa: ANN401 - values of YAML
    if isinstance(wanted, Mapping):
        return isinstance(seen, Mapping) and all(_holds(seen.get(name), value) for name, value in wanted.items())
    return bool(seen == wanted)
