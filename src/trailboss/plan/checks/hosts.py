"""What a host itself must be like before it becomes a node."""

from collections.abc import Iterator
from ipaddress import ip_address

from trailboss.facts import MachineFacts
from trailboss.model.machine import Machine
from trailboss.model.plan import Refusal
from trailboss.plan.situation import Situation

MAX_CLOCK_SKEW_SECONDS = 60.0
"""Certificates and leases are compared by clock; a minute is far beyond what any time service leaves."""
MIN_DISK_BYTES = 2 * 1024**3
"""Room for the binaries and images of one version; the workload's own needs come on top."""


def clocks_agree(situation: Situation) -> Iterator[Refusal]:
    for machine, facts in situation.observed:
        skew = facts.clock_skew_seconds
        if skew is not None and abs(skew) > MAX_CLOCK_SKEW_SECONDS:
            direction = "ahead of" if skew > 0 else "behind"
            yield Refusal(
                reason=f"the clock of {machine.name} is {abs(skew):.0f} s {direction} this worker's",
                remedy="set the clocks by a time service (chrony, systemd-timesyncd)",
                temporary=True,
            )


def node_addresses(situation: Situation) -> Iterator[Refusal]:
    """The kubelet and the API server bind to the node address, so the host must have it."""
    for machine, facts in _newcomers(situation):
        if not _is_address(machine.node_address):
            yield Refusal(
                reason=f"{machine.name}: a node registers with an IP address, and {machine.node_address!r} is none",
                remedy=f"give {machine.name} a private address",
            )
        elif machine.node_address not in facts.addresses:
            yield Refusal(
                reason=f"{machine.name} does not have the address {machine.node_address};"
                f" it has {', '.join(facts.addresses)}",
                remedy=f"name one of these as the private address of {machine.name}",
            )


def disk_space(situation: Situation) -> Iterator[Refusal]:
    for machine, facts in _newcomers(situation):
        if facts.disk_free_bytes < MIN_DISK_BYTES:
            yield Refusal(
                reason=f"{machine.name} has {facts.disk_free_bytes / 1024**3:.1f} GiB free in /var/lib",
                remedy=f"make {MIN_DISK_BYTES / 1024**3:.0f} GiB free there",
                temporary=True,
            )


def _newcomers(situation: Situation) -> Iterator[tuple[Machine, MachineFacts]]:
    return ((machine, facts) for machine, facts in situation.observed if not facts.is_member)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
