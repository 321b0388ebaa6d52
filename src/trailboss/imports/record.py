"""A host as people write one down: a row of a table, or an entry of a Terraform output. Names of fields vary."""

import re
from collections.abc import Mapping
from typing import Any

from trailboss.imports.addresses import first_ipv4, is_private
from trailboss.imports.found import FoundMachine, number
from trailboss.model.machine import Role

FIELDS: dict[str, tuple[str, ...]] = {
    "name": ("name", "hostname", "host_name", "node", "node_name", "machine", "server", "vm", "vm_name"),
    "role": ("role", "node_role", "type", "kind"),
    "address": ("address", "public_address", "public_ip", "ip", "ip_address", "ipaddress", "ipv4", "ipv4_address",
                "public_ip_address", "external_ip", "nat_ip", "host", "ansible_host", "ssh_host", "default_ip_address",
                "access_ip_v4", "public_ipv4"),
    "private_address": ("private_address", "private_ip", "private_ip_address", "internal_ip", "internal_address",
                        "local_ip", "ipv4_address_private", "private_ipv4"),
    "user": ("user", "ssh_user", "username", "login", "ansible_user"),
    "port": ("port", "ssh_port", "ansible_port"),
    "key_file": ("key_file", "keyfile", "ssh_key_file", "ssh_private_key_file", "ssh_key_path"),
    "bastion": ("bastion", "jump_host", "jumphost", "proxy_jump"),
    "labels": ("labels", "node_labels"),
    "groups": ("groups", "tags", "group"),
    "zone": ("zone", "availability_zone", "az"),
    "region": ("region",),
}  # fmt: skip
_FIELD_OF = {name: field for field, names in FIELDS.items() for name in names}
ZONE, REGION = "topology.kubernetes.io/zone", "topology.kubernetes.io/region"
_ROLES: dict[str, Role] = {
    **dict.fromkeys(("control-plane", "controlplane", "control", "cp", "master", "controller"), "control-plane"),
    **dict.fromkeys(("worker", "node", "minion"), "worker"),
}


def field_of(name: str) -> str:
    """Return the field that a column or key stands for, "" where it is none that is known."""
    return _FIELD_OF.get(re.sub(r"[\s-]+", "_", name.strip().lower()), "")


def role_of(text: str) -> Role | None:
    return _ROLES.get(re.sub(r"[\s_]+", "-", text.strip().lower()))


def fields_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known of a record by its field; the first name of those that mean one field counts."""
    found: dict[str, Any] = {}
    for field, names in FIELDS.items():
        given = {re.sub(r"[\s-]+", "_", str(key).strip().lower()): value for key, value in record.items()}
        value = next((given[name] for name in names if given.get(name) not in (None, "")), None)
        if value is not None:
            found[field] = value
    return found


def labels_of(text: str) -> tuple[dict[str, str], list[str]]:
    """Read `a=b, c=d` (or with ; or spaces between); returns the labels, and the pieces that are none."""
    pieces = [piece for piece in re.split(r"[,;\s]+", text) if piece]
    return dict(piece.split("=", 1) for piece in pieces if "=" in piece), [one for one in pieces if "=" not in one]


def topology(zone: object, region: object) -> dict[str, str]:
    """Return the labels of where a machine is, as far as that is known."""
    return {key: str(value) for key, value in ((REGION, region), (ZONE, zone)) if value}


def machine_of(fields: Mapping[str, Any], base: FoundMachine) -> FoundMachine:
    """Return `base` with what a record's fields say; texts that are no role, and labels that are none, are left out."""
    labels = fields.get("labels")
    if isinstance(labels, str):
        labels = labels_of(labels)[0]
    groups = fields.get("groups")
    if isinstance(groups, str):
        groups = [piece for piece in re.split(r"[,;\s]+", groups) if piece]
    tags = {"role": str(fields["role"])} if fields.get("role") else {}
    if isinstance(groups, dict):
        tags, groups = tags | {str(key): str(value) for key, value in groups.items()}, []
    address, private = str(fields.get("address", "")), str(fields.get("private_address", ""))
    return base.model_copy(
        update={
            "name": str(fields.get("name") or base.name),
            "address": address,
            "private_address": private,
            "user": _text(fields.get("user")) or base.user,
            "port": number(fields.get("port")) or base.port,
            "key_file": _text(fields.get("key_file")) or base.key_file,
            "bastion": _text(fields.get("bastion")) or base.bastion,
            "role": role_of(str(fields.get("role", ""))) or base.role,
            "groups": (*base.groups, *map(str, groups or ())),
            "tags": base.tags | tags,
            "labels": topology(fields.get("zone"), fields.get("region"))
            | {str(key): str(value) for key, value in (labels or {}).items()},
        }
    )


def by_address(address: str, base: FoundMachine) -> FoundMachine:
    """Return `base` with one address, which is private where it is of a private network."""
    field = "private_address" if is_private(address) else "address"
    return base.model_copy(update={field: first_ipv4([address])})


def _text(value: Any) -> str | None:  # noqa: ANN401 - whatever a source holds
    return str(value) if value else None
