"""Outputs: KubeOne's shape, and lists or maps of hosts as people write them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from trailboss.imports.addresses import ipv4, is_private
from trailboss.imports.found import Found, FoundMachine, mapping, number, texts
from trailboss.imports.record import fields_of, machine_of
from trailboss.model.machine import Role

_KUBEONE: dict[str, Role] = {"kubeone_hosts": "control-plane", "kubeone_static_workers": "worker"}
_ENDING = re.compile(
    r"[_-](?:(?:public|private|external|internal|floating)[_-])?(?:ips?|ipv4s?|address(?:es)?|hosts?)$"
)
_PRIVATE = re.compile(r"(?:^|[_-])(?:private|internal)(?:[_-]|$)")


def read_outputs(outputs: Mapping[str, Any], file: str) -> Found:
    """Read whatever outputs tell of hosts; sensitive ones are left alone, and named."""
    hidden = [name for name, output in outputs.items() if mapping(output).get("sensitive") is True]
    told = {name: mapping(output).get("value") for name, output in outputs.items() if name not in hidden}
    kubeone = [machine for name, role in _KUBEONE.items() for machine in _kubeone(told.get(name), role, name, file)]
    plain = [] if kubeone else _joined(machine for name, value in told.items() for machine in _hosts(name, value, file))
    notes = (f"outputs that are sensitive were not looked at: {', '.join(hidden)}",) if hidden else ()
    return Found(machines=tuple(kubeone or plain), notes=notes, endpoint=_endpoint(told))


def _endpoint(told: Mapping[str, Any]) -> str | None:
    endpoint = mapping(told.get("kubeone_api")).get("endpoint")
    return str(endpoint) if endpoint else None


def _kubeone(value: Any, role: Role, output: str, file: str) -> Iterator[FoundMachine]:  # noqa: ANN401 - any JSON
    """Yield the hosts of each of KubeOne's groups: lists of addresses beside each other, and one login for all."""
    for group, told in mapping(value).items():
        hosts = mapping(told)
        names, public, private = (texts(hosts.get(key)) for key in ("hostnames", "public_address", "private_address"))
        stem = "control-plane" if role == "control-plane" else group
        for index in range(max(len(public), len(private))):
            name = names[index] if index < len(names) else f"{stem}-{index + 1}"
            own = private[index] if index < len(private) else ""
            yield FoundMachine(
                name=name,
                file=file,
                where=f"output {output}.{group}[{index}]",
                address=public[index] if index < len(public) else own,
                private_address=own,
                user=_text(hosts.get("ssh_user")),
                port=number(hosts.get("ssh_port")),
                key_file=_text(hosts.get("ssh_private_key_file")),
                bastion=_bastion(hosts),
                role=role,
                groups=(group,),
                labels={str(key): str(label) for key, label in mapping(hosts.get("labels")).items()},
            )


def _bastion(hosts: Mapping[str, Any]) -> str | None:
    if not hosts.get("bastion"):
        return None
    user = hosts.get("bastion_user") or hosts.get("ssh_user") or "root"
    port = hosts.get("bastion_port")
    return f"{user}@{hosts['bastion']}{f':{port}' if port and str(port) != '22' else ''}"


def _hosts(output: str, value: Any, file: str) -> Iterator[FoundMachine]:  # noqa: ANN401 - any JSON
    """Yield hosts of an output that is an address, or a list or map of addresses or of mappings that have some."""
    stem = _ENDING.sub("", output)
    pairs: list[tuple[str, Any]] = [("", value)]
    if isinstance(value, list):
        pairs = [(str(number + 1), item) for number, item in enumerate(value)]
    elif isinstance(value, dict) and not fields_of(value).keys() & {"address", "private_address"}:
        pairs = [(str(key), item) for key, item in value.items()]
    for key, item in pairs:
        name = key if isinstance(value, dict) and key else f"{stem.replace('_', '-')}-{key}".rstrip("-")
        where = f"output {output}[{key}]" if key else f"output {output}"
        base = FoundMachine(name=name, file=file, where=where, groups=(stem,), only=stem)
        if isinstance(item, str) and ipv4(item):
            field = "private_address" if _PRIVATE.search(output) else "address"
            yield base.model_copy(update={field: item})
        elif isinstance(item, list) and item and all(ipv4(one) for one in item):
            yield base.model_copy(update={"address": item[0], "private_address": next(filter(is_private, item), "")})
        elif isinstance(item, dict) and fields_of(item).keys() & {"address", "private_address"}:
            yield machine_of(fields_of(item), base)


def _joined(machines: Iterator[FoundMachine]) -> list[FoundMachine]:
    """Bring together what two outputs tell of one host: cp_public_ips and cp_private_ips, by name."""
    known: dict[tuple[str, tuple[str, ...]], FoundMachine] = {}
    for machine in machines:
        key = (machine.name, machine.groups)
        before = known.get(key)
        if before is None:
            known[key] = machine
            continue
        address = before.address or machine.address
        private = before.private_address or machine.private_address
        known[key] = before.model_copy(update={"address": address, "private_address": private})
    return list(known.values())


def _text(value: object) -> str | None:
    return str(value) if value else None
