"""Resources → machines."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from trailboss.imports.addresses import Network, first_ipv4, split
from trailboss.imports.found import FoundMachine, flat, number, texts
from trailboss.imports.record import topology
from trailboss.imports.terraform.elsewhere import addresses_elsewhere, tells_addresses
from trailboss.imports.terraform.kinds import KINDS, MachineKind, values_at
from trailboss.imports.terraform.resources import Resource

_IN_CONFIG = re.compile(r"(?:^|,)ip=([^,]+)")
_AWS_ZONE = re.compile(r"([a-z]{2}(?:-[a-z]+)+-\d+)[a-z]")
_GCP_ZONE = re.compile(r"([a-z]+-[a-z]+\d+)-[a-z]")


def machines_of(resources: Iterable[Resource], file: str, network: Network | None) -> Iterator[FoundMachine]:
    every = list(resources)
    others = [resource for resource in every if tells_addresses(resource)]
    for resource in every:
        if resource.type in KINDS:
            yield _machine(resource, KINDS[resource.type], addresses_elsewhere(resource, others), file, network)


def _machine(
    resource: Resource, kind: MachineKind, elsewhere: tuple[list[str], list[str]], file: str, network: Network | None
) -> FoundMachine:
    values = resource.values
    public, private = _addresses(values, kind, elsewhere, network)
    tags: dict[str, str] = {}
    for mapping_found in values_at(values, kind.tags):
        tags |= {key: text for key, text in flat(mapping_found).items() if len(text) < _LONGEST_TAG}
    return FoundMachine(
        name=_first(values, kind.names) or _named(resource),
        file=file,
        where=resource.address,
        address=public or private,
        private_address=private,
        user=_first(values, kind.user) or None,
        port=number(_first(values, kind.port)),
        groups=tuple(dict.fromkeys(_tags(values, kind))),
        hints=(resource.name, *reversed(resource.module)),
        tags=tags,
        labels=_place(values, kind, resource.type),
        only=resource.index or resource.name,
    )


_LONGEST_TAG = 256
"""Metadata of instances hold whole scripts and keys; nobody selects by those."""


def _addresses(
    values: Mapping[str, Any], kind: MachineKind, elsewhere: tuple[list[str], list[str]], network: Network | None
) -> tuple[str, str]:
    """Return the public and the private address; those of resources of their own, such as floating IPs, come first."""
    mixed = split(map(_bare, values_at(values, kind.ips)), network)
    public = first_ipv4([*elsewhere[0], *values_at(values, kind.public)], network) or mixed[0]
    private = first_ipv4([*values_at(values, kind.private), *elsewhere[1]], network) or mixed[1]
    return public, private


def _bare(value: object) -> str:
    """Return the address in `ip=10.0.0.5/24,gw=…`, as Proxmox has it; any other text as it is."""
    match = _IN_CONFIG.search(str(value))
    return match[1] if match else str(value)


def _named(resource: Resource) -> str:
    """Return a name for a machine that has none of its own."""
    name = resource.name.replace("_", "-")
    return f"{name}-{resource.index}" if resource.index else name


def _tags(values: Mapping[str, Any], kind: MachineKind) -> Iterator[str]:
    for path in kind.groups:
        for found in values_at(values, (path,)):
            yield from texts(found.replace("/", ",") if path == "folder" and isinstance(found, str) else found)


def _place(values: Mapping[str, Any], kind: MachineKind, resource_type: str) -> dict[str, str]:
    """Return zone and region by the names that the providers' own cloud controllers give to nodes."""
    zone, region = _first(values, kind.zone), _first(values, kind.region)
    for pattern in (_AWS_ZONE, _GCP_ZONE):
        if not region and (match := pattern.fullmatch(zone)):
            region = match[1]
    if resource_type.startswith("azurerm_") and zone:
        zone = f"{region}-{zone}"
    return topology(zone, region)


def _first(values: Mapping[str, Any], paths: tuple[str, ...]) -> str:
    return next((str(value) for value in values_at(values, paths) if isinstance(value, str | int)), "")
