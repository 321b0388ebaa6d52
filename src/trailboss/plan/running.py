"""Which versions run, as far as they could be seen."""

from trailboss.kubeadm.versions import Version, parse
from trailboss.model.machine import Machine
from trailboss.plan.observation import ControlPlaneSeen, Observation


def parsed(text: str) -> Version | None:
    """Return the version, None where `text` is none."""
    try:
        return parse(text)
    except ValueError:
        return None


def api_servers(observation: Observation) -> tuple[Version, ...]:
    """Return the version of each API server that could be seen, ascending; nothing where none answers."""
    texts = [observation.api_version, *(seen.api_server for seen in observation.control_planes.values())]
    return tuple(sorted(version for version in map(parsed, texts) if version))


def components(observation: Observation, machine: Machine) -> dict[str, Version]:
    """Return what runs on a machine of the cluster and in which version; what could not be seen is left out."""
    node = observation.node(machine.name)
    texts = {"kubelet": node.kubelet_version if node else ""}
    if machine.role == "control-plane":
        seen = observation.control_planes.get(machine.name, ControlPlaneSeen())
        # Where only the oldest API server is known, this one may be as old.
        texts["API server"] = seen.api_server or observation.api_version
        texts["controller manager"] = seen.controller_manager
        texts["scheduler"] = seen.scheduler
    found = {what: parsed(text) for what, text in texts.items()}
    return {what: version for what, version in found.items() if version}
