"""The kinds of sources, each with its reader."""

import ipaddress
from collections.abc import Callable, Mapping, Sequence

from trailboss.imports.addresses import Network
from trailboss.imports.ansible import read_ansible
from trailboss.imports.chef import read_chef
from trailboss.imports.found import Found, Text
from trailboss.imports.salt import read_salt
from trailboss.imports.table import read_table
from trailboss.imports.terraform import read_terraform
from trailboss.imports.vsphere import read_vsphere
from trailboss.model.errors import BadInput
from trailboss.model.problem import Problem

Reader = Callable[[Sequence[Text], Network | str | None], Found]


def _each(read: Callable[[Text, Network | None], Found]) -> Reader:
    def run(texts: Sequence[Text], network: Network | str | None) -> Found:
        return Found.joined(read(text, _range(network)) for text in texts)

    return run


READERS: Mapping[str, Reader] = {
    "ansible": _each(lambda text, _network: read_ansible(text)),
    "chef": _each(read_chef),
    "csv": _each(lambda text, _network: read_table(text)),
    "salt": _each(read_salt),
    "terraform": _each(read_terraform),
    "vsphere": read_vsphere,
}


def read_source(kind: str, texts: Sequence[Text], network: str | None) -> Found:
    """Read the texts of one kind of source; `network`: a range, or for vSphere a port group, that addresses are of.

    Raises:
        BadInput: `network` is no range, and the source knows no networks by name.
    """
    if network is None:
        return READERS[kind](texts, None)
    try:
        return READERS[kind](texts, ipaddress.IPv4Network(network))
    except ValueError:
        if kind == "vsphere":
            return READERS[kind](texts, network)
    allowed = "an IPv4 range such as 10.0.0.0/16"
    message = "not a range of addresses"
    raise BadInput((Problem(file="--network", document=0, message=message, found=network, allowed=allowed),))


def _range(network: Network | str | None) -> Network | None:
    return None if isinstance(network, str) else network
