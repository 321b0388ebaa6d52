"""What runs inside the long action of `kubeadm upgrade`: recover, run, put the mark down.

The mark (facts.paths.UPGRADED_TO) says "VERSION VERB begun" before kubeadm starts, and loses that ending once kubeadm
has ended well. kubeadm is made to be run again after it was cut off, with one exception that the script takes care of.
"""

from importlib.resources import files
from typing import Literal

from trailboss.facts.paths import BINARIES_DIR, KUBERNETES_DIR, LENT_KUBELET, SETTINGS, UPGRADED_TO
from trailboss.kubeadm.node import API_PORT
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.steps.command import quoted

Verb = Literal["apply", "node"]
DONE_BEFORE = "nothing to do: "
"""Begins the last line of a run that was not needed."""

_RUN = files(__package__).joinpath("kubeadm_upgrade.sh").read_text()


def script(cluster: Cluster, machine: Machine, verb: Verb, config: str) -> str:
    """Return the script of `kubeadm upgrade VERB` to the machine's version.

    `config`: path of the upgrade configuration as a bash word; the file is removed at the end. The
    last line printed tells what it came to, and whether an earlier attempt had been cut off.
    """
    settings = {
        "verb": verb,
        "version": machine.kubernetes_version,
        "role": machine.role,
        "api": f"https://{machine.node_address}:{API_PORT}",
        "endpoint": f"https://{cluster.api_endpoint}" if len(cluster.control_planes) > 1 else "",
        "bin": BINARIES_DIR,
        "mark": UPGRADED_TO,
        "lent": LENT_KUBELET,
        "settings": SETTINGS,
        "kubernetes": KUBERNETES_DIR,
    }
    assignments = [f"{name}={quoted(value)}" for name, value in settings.items()]
    return "\n".join([*assignments, f"config={config}", _RUN])
