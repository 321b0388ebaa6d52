"""Kernel modules and sysctls that Kubernetes' networking needs, now and after a reboot."""

from trailboss.facts import MachineFacts
from trailboss.facts.kernel import SYSCTLS
from trailboss.facts.paths import MODULES_LOAD, SYSCTL
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.steps.command import Command
from trailboss.steps.files import wanted

_MODULES = "overlay\nbr_netfilter\n"
_SETTINGS = "".join(f"{key} = 1\n" for key in SYSCTLS)


def commands(_cluster: Cluster, _machine: Machine, facts: MachineFacts) -> list[Command]:
    if facts.is_adopted:
        return []
    return [
        *wanted(facts, MODULES_LOAD, _MODULES),
        *_load(facts),
        *wanted(facts, SYSCTL, _SETTINGS),
        *_set(facts),
    ]


def _load(facts: MachineFacts) -> list[Command]:
    there = {"overlay": facts.overlay, "br_netfilter": facts.bridge_netfilter}
    return [
        Command(summary=f"load kernel module {module}", script=f"modprobe {module}\n")
        for module, loaded in there.items()
        if not loaded
    ]


def _set(facts: MachineFacts) -> list[Command]:
    """Only what differs is set, so that a host whose sysctls are right but read-only is well."""
    return [
        Command(summary=f"set sysctl {key}", script=f"sysctl -w {key}=1 >/dev/null\n")
        for key in SYSCTLS
        if facts.sysctls.get(key) != "1"
    ]
