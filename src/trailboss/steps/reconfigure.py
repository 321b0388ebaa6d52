"""What runs inside the long actions that change the settings of a cluster that runs.

The marks (facts.paths.SETTINGS, KUBELET_SETTINGS) are digests of the settings that a machine has; what was there before
is kept until the new settings serve, and put back where they do not.
"""

from collections.abc import Iterable
from importlib.resources import files
from typing import Final

from trailboss.facts.paths import (
    BINARIES_DIR,
    KUBELET_DEFAULTS,
    KUBELET_DIR,
    KUBELET_DROP_IN,
    KUBELET_PROXY,
    KUBELET_SETTINGS,
    KUBELET_UNIT,
    KUBERNETES_DIR,
    SETTINGS,
    SETTINGS_COPIES,
)
from trailboss.kubeadm.settings import kubelet_digest, own_names, settings_digest
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.steps import volumes
from trailboss.steps.command import Command, combine, quoted
from trailboss.steps.static_pods import functions

REFUSED: Final = 65
"""Exit status where new settings do not serve and the old ones were put back: to try again would do it again."""

_RECONFIGURE, _RECORD, _KUBELET = (
    files(__package__).joinpath(f"{name}.sh").read_text()
    for name in ("kubeadm_reconfigure", "kubeadm_record", "kubelet_configuration")
)


def control_plane_script(cluster: Cluster, machine: Machine, config: str, gone: Iterable[str]) -> str:
    """Return the script for one control plane.

    `config`: path of `settings_configuration` as a bash word; the file may be missing where an earlier attempt had it.
    `gone`: names that the API server's certificate must not have any more.
    """
    settings = {
        "mark": SETTINGS,
        "copies": SETTINGS_COPIES,
        "digest": settings_digest(cluster),
        "wanted": " ".join(own_names(cluster)),
        "gone": " ".join(gone),
        "refused": str(REFUSED),
    }
    check = volumes.check(cluster, machine, status=REFUSED)
    return "\n".join([check, functions(machine), *_assignments(settings), f"config={config}", _RECONFIGURE])


def record_script(config: str, *, kube_proxy: bool) -> str:
    """Return the script that has kubeadm record the settings; `kube_proxy`: its configuration changes."""
    settings = {"bin": BINARIES_DIR, "kubernetes": KUBERNETES_DIR, "kube_proxy": "yes" if kube_proxy else ""}
    return "\n".join([*_assignments(settings), f"config={config}", _RECORD])


def kubelet_script(cluster: Cluster, written: list[Command]) -> str:
    """Return the script for one machine's kubelet; `written`: the commands that write its service's files."""
    settings = {
        "bin": BINARIES_DIR,
        "mark": KUBELET_SETTINGS,
        "copies": f"{KUBELET_SETTINGS}-copies",
        "digest": kubelet_digest(cluster),
        "files": f"{KUBELET_DIR}/config.yaml {KUBELET_UNIT} {KUBELET_DROP_IN} {KUBELET_DEFAULTS} {KUBELET_PROXY}",
        "refused": str(REFUSED),
    }
    body = combine(written) if written else ":\n"
    return "\n".join([*_assignments(settings), f"write_files() {{ (\n{body}) }}", _KUBELET])


def _assignments(settings: dict[str, str]) -> list[str]:
    return [f"{name}={quoted(value)}" for name, value in settings.items()]
