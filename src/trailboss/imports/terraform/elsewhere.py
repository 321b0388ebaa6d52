"""Addresses that stand in other resources than the machine's: network cards, elastic and floating IPs."""

from collections.abc import Iterable
from typing import Any

from trailboss.imports.terraform.kinds import values_at
from trailboss.imports.terraform.resources import Resource

_TELLING = (
    "aws_eip",
    "aws_eip_association",
    "azurerm_network_interface",
    "azurerm_public_ip",
    "hcloud_server_network",
    "openstack_compute_floatingip_associate_v2",
    "openstack_networking_floatingip_associate_v2",
)


def tells_addresses(resource: Resource) -> bool:
    """Tell whether a resource may hold addresses of a machine that is another one."""
    return resource.type in _TELLING


def addresses_elsewhere(machine: Resource, resources: Iterable[Resource]) -> tuple[list[str], list[str]]:
    """Return public and private addresses of `machine` that other resources tell."""
    every = list(resources)
    if machine.type.startswith("azurerm_"):
        return _azure(machine, every)
    public: list[Any] = []
    private: list[Any] = []
    for other in every:
        told = other.values
        match other.type:
            case "aws_eip" if _same(told.get("instance"), machine):
                public.append(told.get("public_ip"))
            case "aws_eip_association" if _same(told.get("instance_id"), machine):
                public.append(told.get("public_ip"))
            case "openstack_compute_floatingip_associate_v2" if _same(told.get("instance_id"), machine):
                public.append(told.get("floating_ip"))
            case "openstack_networking_floatingip_associate_v2" if told.get("port_id") in _ports(machine):
                public.append(told.get("floating_ip"))
            case "hcloud_server_network" if _same(told.get("server_id"), machine):
                private.append(told.get("ip"))
    return [str(one) for one in public if one], [str(one) for one in private if one]


def _same(value: object, machine: Resource) -> bool:
    return value is not None and str(value) == str(machine.values.get("id"))


def _ports(machine: Resource) -> list[Any]:
    return list(values_at(machine.values, ("network.port",)))


def _azure(machine: Resource, resources: list[Resource]) -> tuple[list[str], list[str]]:
    """Return the addresses of a virtual machine's network interfaces, the public ones by their own resources."""
    by_id = {_id(other.values.get("id")): other.values for other in resources if other.type.startswith("azurerm_")}
    public: list[str] = []
    private: list[str] = []
    for card in values_at(machine.values, ("network_interface_ids",)):
        told = by_id.get(_id(card), {})
        private.extend(map(str, values_at(told, ("ip_configuration.private_ip_address", "private_ip_address"))))
        for reference in values_at(told, ("ip_configuration.public_ip_address_id",)):
            public.extend(map(str, values_at(by_id.get(_id(reference), {}), ("ip_address",))))
    return public, private


def _id(value: object) -> str:
    """Return an id as Azure compares it: without regard to capitals."""
    return str(value or "").lower()
