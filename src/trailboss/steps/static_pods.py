"""What scripts need that restart the static pods of a control plane, and wait until they serve."""

from importlib.resources import files

from trailboss.facts.etcd_status import CURL, OWN
from trailboss.facts.paths import BINARIES_DIR, KUBERNETES_DIR
from trailboss.kubeadm.node import API_PORT
from trailboss.model.machine import Machine
from trailboss.steps.command import quoted

_FUNCTIONS = files(__package__).joinpath("static_pods.sh").read_text()


def functions(machine: Machine) -> str:
    """Return the shell functions for `machine`, with the settings that they need."""
    settings = {
        "bin": BINARIES_DIR,
        "kubernetes": KUBERNETES_DIR,
        "address": machine.node_address,
        "port": str(API_PORT),
        "api": f"https://{machine.node_address}:{API_PORT}",
        "etcd_health": f"{CURL} {OWN}/health",
    }
    return "\n".join([*(f"{name}={quoted(value)}" for name, value in settings.items()), _FUNCTIONS])
