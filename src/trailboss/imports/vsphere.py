"""vSphere: JSON of govc: `vm.info -json VM…`, `ls -json -l FOLDER`, and, for tags, `tags.attached.ls -l -json TAG`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from trailboss.imports.addresses import Network, split
from trailboss.imports.found import Found, FoundMachine, Text, mapping, refused
from trailboss.imports.json_text import read_json

_ALLOWED = "JSON of `govc vm.info -json VM…`, `govc ls -json -l FOLDER` or `govc tags.attached.ls -l -json TAG`"


def read_vsphere(given: Iterable[Text], network: Network | str | None) -> Found:
    """Read all texts together: tags come in texts of their own. `network`: a range, or the name of a port group."""
    parts: list[Found] = []
    machines: dict[str, tuple[str, str, Mapping[str, Any]]] = {}
    tags: dict[str, list[str]] = {}
    for text in given:
        documents = read_json(text, _ALLOWED)
        if isinstance(documents, Found):
            parts.append(documents)
            continue
        values = [_lowered(document) for document in documents]
        here = [vm for value in values for vm in _machines(value)]
        attached = [pair for value in values for pair in _tags(value)]
        if not here and not attached:
            parts.append(refused(text.name, "no virtual machines in it", allowed=_ALLOWED))
        for path, vm in here:
            machines.setdefault(_reference(vm.get("self")) or str(vm.get("name")), (text.name, path, vm))
        for tag, reference in attached:
            tags.setdefault(reference, []).append(tag)
    parts.extend(
        _machine(file, path, vm, tags.get(reference, []), network) for reference, (file, path, vm) in machines.items()
    )
    return Found.joined(parts)


def _lowered(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Write keys as newer govc does: `virtualMachines`, not `VirtualMachines`."""
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: _lowered(item) for key, item in value.items()}
    return [_lowered(item) for item in value] if isinstance(value, list) else value


def _machines(value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:  # noqa: ANN401 - any JSON
    """Yield path, "" where it is not told, and properties of each virtual machine."""
    if isinstance(value, dict):
        yield from (("", vm) for vm in value.get("virtualMachines") or () if isinstance(vm, dict))
        for element in value.get("elements") or ():
            vm = mapping(mapping(element).get("object"))
            if mapping(vm.get("self")).get("type") == "VirtualMachine":
                yield str(element.get("path", "")), vm


def _tags(value: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON
    for attached in value if isinstance(value, list) else ():
        tag = mapping(mapping(attached).get("tag")).get("name")
        for reference in mapping(attached).get("object_ids") or ():
            if tag:
                yield str(tag), _reference(reference)


def _reference(value: Any) -> str:  # noqa: ANN401 - any JSON
    reference = mapping(value)
    return str(reference.get("value") or reference.get("id") or "")


def _machine(file: str, path: str, vm: Mapping[str, Any], tags: list[str], network: Network | str | None) -> Found:
    name = str(vm.get("name") or mapping(vm.get("config")).get("name") or "")
    if mapping(vm.get("config")).get("template"):
        return Found(notes=(f"{name}: left out: it is a template",))
    public, private = _addresses(mapping(vm.get("guest")), network)
    machine = FoundMachine(
        name=name,
        file=file,
        where=path or name,
        address=public or private,
        private_address=private,
        groups=(*tags, *(folder for folder in path.split("/")[:-1] if folder)),
        tags=_attributes(vm),
    )
    if not machine.address:
        machine = machine.with_problem(f"no IPv4 address{_why(vm, network)}", allowed="one that VMware's tools tell")
    return Found(machines=(machine,))


def _addresses(guest: Mapping[str, Any], network: Network | str | None) -> tuple[str, str]:
    """Return the public and the private address that VMware's tools tell, the main one before others."""
    cards = [mapping(card) for card in guest.get("net") or ()]
    if isinstance(network, str):
        return split(address for card in cards if card.get("network") == network for address in _of(card))
    main = [guest.get("ipAddress")]
    return split((*main, *(address for card in cards for address in _of(card))), network)


def _of(card: Mapping[str, Any]) -> list[Any]:
    addresses = card.get("ipAddress") or []
    return addresses if isinstance(addresses, list) else [addresses]


def _attributes(vm: Mapping[str, Any]) -> dict[str, str]:
    """Return custom attributes by name."""
    names = {mapping(field).get("key"): mapping(field).get("name") for field in vm.get("availableField") or ()}
    values = (mapping(value) for value in (vm.get("customValue") or vm.get("value") or ()))
    return {str(names[value.get("key")]): str(value.get("value")) for value in values if value.get("key") in names}


def _why(vm: Mapping[str, Any], network: Network | str | None) -> str:
    if mapping(vm.get("runtime")).get("powerState") != "poweredOn":
        return ": it is not powered on"
    return f" in {network}" if network else ": do VMware's tools run in it?"
