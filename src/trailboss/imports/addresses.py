"""Which of a machine's many addresses to take."""

import ipaddress
from collections.abc import Iterable
from typing import Any

Network = ipaddress.IPv4Network
_PRIVATE = tuple(map(Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")))
"""RFC 1918, and RFC 6598 for carriers."""


def ipv4(value: Any) -> str:  # noqa: ANN401 - whatever a source holds
    """Return an IPv4 address that a machine can have, without a prefix length; "" where `value` is none."""
    try:
        address = ipaddress.ip_address(str(value).partition("/")[0].strip())
    except ValueError:
        return ""
    useless = address.is_loopback or address.is_link_local or address.is_multicast or address.is_unspecified
    return str(address) if address.version == 4 and not useless else ""  # noqa: PLR2004 - IPv4


def first_ipv4(values: Iterable[Any], network: Network | None = None) -> str:
    """Return the first IPv4 address among `values`; with `network`, the first in that."""
    found = (address for value in values if (address := ipv4(value)))
    return next((address for address in found if network is None or ipaddress.ip_address(address) in network), "")


def is_private(address: str) -> bool:
    """Tell whether an address is one of a network of its own ; names are not."""
    return bool(ipv4(address)) and any(ipaddress.IPv4Address(ipv4(address)) in network for network in _PRIVATE)


def split(addresses: Iterable[Any], network: Network | None = None) -> tuple[str, str]:
    """Return the first public and the first private address of a machine, "" where there is none.

    With `network`, only addresses in that count.
    """
    usable = [found for address in addresses if (found := first_ipv4([address], network))]
    public = next((address for address in usable if not is_private(address)), "")
    return public, next((address for address in usable if is_private(address)), "")
