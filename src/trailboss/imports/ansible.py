"""Ansible: what `ansible-inventory --list` prints, of whatever inventory."""

from collections.abc import Iterator, Mapping
from typing import Any

from trailboss.imports.found import Found, FoundMachine, Text, flat, mapping, number, refused, texts
from trailboss.imports.json_text import read_json
from trailboss.imports.jumps import jump_of
from trailboss.imports.record import topology

_ALLOWED = "JSON of `ansible-inventory --list`, or any inventory as a file or folder"
_PASSWORDS = {
    "ansible_password": "Trailboss logs in with keys",
    "ansible_ssh_pass": "Trailboss logs in with keys",
    "ansible_ssh_password": "Trailboss logs in with keys",
    "ansible_become_password": "the user needs sudo without a password",
    "ansible_become_pass": "the user needs sudo without a password",
    "ansible_sudo_pass": "the user needs sudo without a password",
}


def read_ansible(text: Text) -> Found:
    documents = read_json(text, _ALLOWED)
    if isinstance(documents, Found):
        return documents
    inventory = mapping(documents[0])
    if not isinstance(inventory.get("_meta"), dict):
        return refused(text.name, "not what ansible-inventory prints: no _meta in it", allowed=_ALLOWED)
    variables = mapping(inventory["_meta"].get("hostvars"))
    groups = _groups(inventory)
    bastion, notes = _bastion(inventory, variables)
    hosts = dict.fromkeys([*_hosts(inventory), *variables])
    found = (_host(text.name, name, mapping(variables.get(name)), groups.get(name, ()), bastion) for name in hosts)
    return Found.joined([Found(notes=notes), *found])


def _hosts(inventory: Mapping[str, Any]) -> Iterator[str]:
    """Yield hosts in the inventory's order, group after group."""
    for name, group in inventory.items():
        if name != "_meta":
            yield from texts(mapping(group).get("hosts"))


def _groups(inventory: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return each host's groups, also those that it is in through others."""
    parents: dict[str, list[str]] = {}
    for name, group in inventory.items():
        for child in texts(mapping(group).get("children")):
            parents.setdefault(child, []).append(name)
    found: dict[str, dict[str, None]] = {}
    for name, group in inventory.items():
        above = [one for one in _ancestors(name, parents) if one != "all"]
        for host in texts(mapping(group).get("hosts")):
            found.setdefault(host, {}).update(dict.fromkeys(above))
    return {host: tuple(groups) for host, groups in found.items()}


def _ancestors(name: str, parents: Mapping[str, list[str]]) -> list[str]:
    known = [name]
    for one in known:
        known.extend(parent for parent in parents.get(one, ()) if parent not in known)
    return known


def _bastion(inventory: Mapping[str, Any], variables: Mapping[str, Any]) -> tuple[str | None, tuple[str, ...]]:
    """Return the one host of group bastion, through which Kubespray goes to all others."""
    hosts = texts(mapping(inventory.get("bastion")).get("hosts"))
    if len(hosts) != 1:
        return None, ("several hosts in group bastion; none is imported as bastion",) if hosts else ()
    told = mapping(variables.get(hosts[0]))
    host, user, port = (_plain(told, *names) for names in (_HOST, _USER, _PORT))
    jump = f"{user or 'root'}@{host or hosts[0]}{f':{port}' if port and str(port) != '22' else ''}"
    return jump, (f"all go through {jump}, the host of group bastion",)


_HOST = ("ansible_host", "ansible_ssh_host")
_USER = ("ansible_user", "ansible_ssh_user")
_PORT = ("ansible_port", "ansible_ssh_port")
_KEY = ("ansible_ssh_private_key_file", "ansible_private_key_file")
_ARGUMENTS = ("ansible_ssh_common_args", "ansible_ssh_extra_args", "ansible_ssh_args")


def _host(file: str, name: str, told: Mapping[str, Any], groups: tuple[str, ...], through: str | None) -> Found:
    user = _text(_plain(told, *_USER))
    jump, jump_notes = jump_of(" ".join(str(_plain(told, one) or "") for one in _ARGUMENTS), user)
    machine = FoundMachine(
        name=name,
        file=file,
        where=name,
        address=str(_plain(told, *_HOST) or _plain(told, "access_ip") or name),
        private_address=str(_plain(told, "ip", "private_ip", "private_address") or ""),
        user=user,
        port=number(_plain(told, *_PORT)),
        key_file=_text(_plain(told, *_KEY)),
        bastion=jump or (None if "bastion" in groups else through),
        groups=groups,
        tags={key: value for key, value in flat(dict(told)).items() if "role" in key and not _template(value)},
        labels=topology(_plain(told, "zone", "availability_zone"), _plain(told, "region"))
        | {key: value for key, value in flat(told.get("node_labels")).items() if not _template(value)},
        notes=(*_password_notes(told), *_template_notes(told), *jump_notes),
    )
    for one in _HOST:
        if _template(told.get(one)):
            # Any other address would be another host's.
            allowed = "an address; templates are filled in only when Ansible runs"
            machine = machine.with_problem("a template, which is not filled in here", field=one, allowed=allowed)
    return Found(machines=(machine,))


def _plain(told: Mapping[str, Any], *names: str) -> Any:  # noqa: ANN401 - any JSON
    """Return the first variable of these that has a plain value: no template, nothing from a vault."""
    values = (told.get(name) for name in names)
    return next((one for one in values if isinstance(one, str | int) and one != "" and not _template(one)), None)


def _template(value: object) -> bool:
    return isinstance(value, str) and ("{{" in value or "{%" in value)


def _password_notes(told: Mapping[str, Any]) -> Iterator[str]:
    for name, instead in _PASSWORDS.items():
        if told.get(name):
            yield f"{name} is not imported: {instead}, and passwords do not belong into Git"


def _template_notes(told: Mapping[str, Any]) -> Iterator[str]:
    for name in (*_USER, *_PORT, *_KEY, *_ARGUMENTS, "ip"):
        value = told.get(name)
        if _template(value):
            yield f"{name} is not imported: it is a template, which only Ansible fills in"
        elif isinstance(value, dict):
            yield f"{name} is not imported: it comes from a vault"


def _text(value: object) -> str | None:
    return None if value is None else str(value)
