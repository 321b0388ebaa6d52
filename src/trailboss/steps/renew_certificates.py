"""What runs inside the long action that renews a control plane's certificates: recover, renew, restart, compare.

The mark (facts.paths.RENEWAL) says "begun" while kubeadm writes, and "renewed" until everything uses what it wrote.
"""

from importlib.resources import files
from typing import Final

from trailboss.facts.paths import RENEWAL
from trailboss.model.machine import Machine
from trailboss.steps.command import quoted
from trailboss.steps.static_pods import functions

_RUN = files(__package__).joinpath("renew_certificates.sh").read_text()
_PAIRS = (
    "pki/apiserver",
    "pki/apiserver-etcd-client",
    "pki/apiserver-kubelet-client",
    "pki/front-proxy-client",
    "pki/etcd/server",
    "pki/etcd/peer",
    "pki/etcd/healthcheck-client",
)
EMBEDDING: Final = ("admin.conf", "super-admin.conf", "controller-manager.conf", "scheduler.conf")
"""Kubeconfigs with a certificate of kubeadm's; the kubelet renews its own by itself."""


def script(machine: Machine) -> str:
    """Return the script; the last line that it prints tells until when the API server's certificate holds."""
    settings = {
        "mark": RENEWAL,
        "copies": f"{RENEWAL}-copies",
        "certificates": " ".join(f"{name}.{ending}" for name in _PAIRS for ending in ("crt", "key")),
        "embedding": " ".join(EMBEDDING),
    }
    return "\n".join(
        [functions(machine), *(f"{name}={quoted(value)}" for name, value in settings.items()), _RUN],
    )
