"""Which resources are machines, and where in each its addresses, name, tags and place stand.

A path leads through mappings; of a list, every item is looked at. Schemas: the providers' documentation.
"""

from collections.abc import Iterator
from typing import Any

from trailboss.model.base import Frozen

Paths = tuple[str, ...]


class MachineKind(Frozen):
    """Paths are tried in this order. `ips`: lists in which public and private addresses stand together.

    `groups`: lists or texts of tags without values; `tags`: mappings. `user`: who logs in where nothing tells it.
    """

    public: Paths = ()
    private: Paths = ()
    ips: Paths = ()
    names: Paths = ("name",)
    groups: Paths = ("tags",)
    tags: Paths = ()
    zone: Paths = ()
    region: Paths = ()
    user: Paths = ()
    port: Paths = ()


_AWS = MachineKind(
    public=("public_ip",),
    private=("private_ip",),
    names=("tags.Name", "tags_all.Name"),
    groups=(),
    tags=("tags_all", "tags"),
    zone=("availability_zone",),
)
_AZURE = MachineKind(
    public=("public_ip_address", "public_ip_addresses"),
    private=("private_ip_address", "private_ip_addresses"),
    groups=(),
    tags=("tags",),
    zone=("zone",),
    region=("location",),
    user=("admin_username", "os_profile.admin_username"),
)
_METAL = MachineKind(
    public=("access_public_ipv4",),
    private=("access_private_ipv4",),
    names=("hostname",),
    region=("metro", "deployed_facility", "facility"),
)

KINDS: dict[str, MachineKind] = {
    "aws_instance": _AWS,
    "aws_spot_instance_request": _AWS,
    "azurerm_linux_virtual_machine": _AZURE,
    "azurerm_virtual_machine": _AZURE,
    "digitalocean_droplet": MachineKind(
        public=("ipv4_address",), private=("ipv4_address_private",), region=("region",)
    ),
    "equinix_metal_device": _METAL,
    "metal_device": _METAL,
    "packet_device": _METAL,
    "google_compute_instance": MachineKind(
        public=("network_interface.access_config.nat_ip",),
        private=("network_interface.network_ip",),
        tags=("labels",),
        zone=("zone",),
    ),
    "hcloud_server": MachineKind(
        public=("ipv4_address",),
        private=("network.ip",),
        groups=(),
        tags=("labels",),
        zone=("datacenter",),
        region=("location",),
    ),
    "libvirt_domain": MachineKind(ips=("network_interface.addresses",), groups=()),
    "linode_instance": MachineKind(
        public=("ip_address",), private=("private_ip_address",), names=("label",), region=("region",)
    ),
    "oci_core_instance": MachineKind(
        public=("public_ip",), private=("private_ip",), names=("display_name",), groups=(), tags=("freeform_tags",)
    ),
    "openstack_compute_instance_v2": MachineKind(
        ips=("access_ip_v4", "network.fixed_ip_v4"),
        groups=("all_tags", "tags", "metadata.kubespray_groups", "all_metadata.kubespray_groups"),
        tags=("all_metadata", "metadata"),
        zone=("availability_zone",),
        region=("region",),
        user=("metadata.ssh_user", "all_metadata.ssh_user"),
    ),
    "proxmox_virtual_environment_vm": MachineKind(
        ips=("ipv4_addresses", "initialization.ip_config.ipv4.address"),
        user=("initialization.user_account.username",),
    ),
    "proxmox_vm_qemu": MachineKind(
        ips=("default_ipv4_address", "ssh_host", "ipconfig0"), user=("ssh_user", "ciuser"), port=("ssh_port",)
    ),
    "scaleway_instance_server": MachineKind(
        public=("public_ips.address", "public_ip"), private=("private_ips.address", "private_ip"), zone=("zone",)
    ),
    "vsphere_virtual_machine": MachineKind(
        ips=(
            "default_ip_address",
            "guest_ip_addresses",
            "clone.customize.network_interface.ipv4_address",
        ),
        groups=("folder",),
        tags=("custom_attributes",),
    ),
    "vultr_instance": MachineKind(
        public=("main_ip",), private=("internal_ip",), names=("label", "hostname"), region=("region",)
    ),
}


def values_at(value: Any, paths: Paths) -> Iterator[Any]:  # noqa: ANN401 - any JSON
    """Yield what stands at each path and is not empty."""
    for path in paths:
        yield from (found for found in _at(value, path.split(".")) if found not in (None, "", [], {}))


def _at(value: Any, way: list[str]) -> Iterator[Any]:  # noqa: ANN401 - any JSON
    if isinstance(value, list):
        for item in value:
            yield from _at(item, way)
    elif not way:
        yield value
    elif isinstance(value, dict):
        yield from _at(value.get(way[0]), way[1:])
