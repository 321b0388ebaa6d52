"""What a host itself must be like before it becomes a node or gets another version."""

from collections.abc import Iterator

from trailboss.facts import MachineFacts
from trailboss.model.addresses import is_ip
from trailboss.model.machine import Machine
from trailboss.model.plan import Refusal
from trailboss.plan.situation import Situation

MAX_CLOCK_SKEW_SECONDS = 60.0
"""Certificates and leases are compared by clock; a minute is far beyond what any time service leaves."""
MIN_DISK_BYTES = 2 * 1024**3
"""Room for the binaries and images of one version; the workload's own needs come on top."""
MIN_CONTROL_PLANE_MIB = 1700
"""What kubeadm itself asks of a control plane's memory."""


def clocks_agree(situation: Situation) -> Iterator[Refusal]:
    for machine, facts in situation.observed:
        skew = facts.clock_skew_seconds
        if skew is not None and abs(skew) > MAX_CLOCK_SKEW_SECONDS:
            direction = "ahead of" if skew > 0 else "behind"
            yield Refusal(
                reason=f"the clock of {machine.name} is {abs(skew):.0f} s {direction} this worker's",
                remedy="set the clocks by a time service (chrony, systemd-timesyncd)",
                temporary=True,
                machine=machine.name,
            )


def node_addresses(situation: Situation) -> Iterator[Refusal]:
    """The kubelet and the API server bind to the node address, so the host must have it."""
    for machine, facts in _newcomers(situation):
        if not is_ip(machine.node_address):
            yield Refusal(
                reason=f"{machine.name}: a node registers with an IP address, and {machine.node_address!r} is none",
                remedy=f"give {machine.name} a private address",
                machine=machine.name,
            )
        elif machine.node_address not in facts.addresses:
            yield Refusal(
                reason=f"{machine.name} does not have the address {machine.node_address};"
                f" it has {', '.join(facts.addresses)}",
                remedy=f"name one of these as the private address of {machine.name}",
                machine=machine.name,
            )


def disk_space(situation: Situation) -> Iterator[Refusal]:
    staging = ((machine, facts) for machine, facts in situation.observed if _stages(situation, machine, facts))
    for machine, facts in (*_newcomers(situation), *staging):
        if facts.disk_free_bytes < MIN_DISK_BYTES:
            yield Refusal(
                reason=f"{machine.name} has {facts.disk_free_bytes / 1024**3:.1f} GiB free in /var/lib",
                remedy=f"make {MIN_DISK_BYTES / 1024**3:.0f} GiB free there",
                temporary=True,
                machine=machine.name,
            )


def memory(situation: Situation) -> Iterator[Refusal]:
    for machine, facts in _newcomers(situation):
        mib = facts.memory_bytes // 1024**2
        if machine.role == "control-plane" and 0 < mib < MIN_CONTROL_PLANE_MIB:
            yield Refusal(
                reason=f"{machine.name} has {mib} MiB of memory, and kubeadm asks for {MIN_CONTROL_PLANE_MIB}",
                remedy="give it more, or waive this check and kubeadm's own, Mem",
                machine=machine.name,
            )


def _stages(situation: Situation, machine: Machine, facts: MachineFacts) -> bool:
    return situation.is_upgrading(machine) and situation.cluster.kubernetes_version not in facts.staged


def _newcomers(situation: Situation) -> Iterator[tuple[Machine, MachineFacts]]:
    return ((machine, facts) for machine, facts in situation.observed if not facts.is_member)
