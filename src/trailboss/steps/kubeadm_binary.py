"""kubeadm is replaced before anything else of an upgrade."""

from trailboss.facts import MachineFacts
from trailboss.facts.paths import BINARIES_DIR
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.steps.command import Command
from trailboss.steps.installing import install


def commands(_cluster: Cluster, machine: Machine, facts: MachineFacts) -> list[Command]:
    version = machine.kubernetes_version
    return [] if facts.has_binary(f"{BINARIES_DIR}/kubeadm", version) else [install(version, ["kubeadm"])]
