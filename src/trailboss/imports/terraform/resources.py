"""Resources as a state file (version 4) and `terraform show -json` write them down: one form for both."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from trailboss.imports.found import mapping
from trailboss.model.base import Frozen


class Resource(Frozen):
    """One resource. `index`: of count or for_each, "" without; `values`: without what is marked as sensitive."""

    type: str
    name: str
    address: str
    module: tuple[str, ...] = ()
    index: str = ""
    values: dict[str, Any]


def state_resources(state: Mapping[str, Any]) -> Iterator[Resource]:
    for block in map(mapping, state.get("resources") or ()):
        if block.get("mode") != "managed":
            continue
        for instance in map(mapping, block.get("instances") or ()):
            if instance.get("deposed") or not isinstance(instance.get("attributes"), dict):
                continue
            index = instance.get("index_key")
            module, kind, name = (str(block.get(key) or "") for key in ("module", "type", "name"))
            written = "" if index is None else f"[{index}]" if isinstance(index, int) else f'["{index}"]'
            yield Resource(
                type=kind,
                name=name,
                address=f"{module}.{kind}.{name}{written}".removeprefix("."),
                module=_modules(module),
                index="" if index is None else str(index),
                values=_open(instance["attributes"], instance.get("sensitive_attributes")),
            )


def shown_resources(module: Mapping[str, Any]) -> Iterator[Resource]:
    """Yield resources of a module and of those in it; of data sources none."""
    for item in map(mapping, module.get("resources") or ()):
        if item.get("mode") == "managed" and isinstance(item.get("values"), dict):
            index = item.get("index")
            yield Resource(
                type=str(item.get("type")),
                name=str(item.get("name")),
                address=str(item.get("address")),
                module=_modules(str(module.get("address") or "")),
                index="" if index is None else str(index),
                values=_without(item["values"], mapping(item.get("sensitive_values"))),
            )
    for child in module.get("child_modules") or ():
        yield from shown_resources(mapping(child))


def _modules(address: str) -> tuple[str, ...]:
    """Return the names in a module's address: module.k8s["eu"].module.workers → k8s, workers."""
    plain = re.sub(r"\[[^\]]*\]", "", address)
    return tuple(name for name in plain.split(".") if name not in ("", "module"))


def _open(attributes: Mapping[str, Any], sensitive: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Return attributes without those that a path of `sensitive_attributes` begins with."""
    hidden = {mapping(path[0]).get("value") for path in sensitive or () if isinstance(path, list) and path}
    return {key: value for key, value in attributes.items() if key not in hidden}


def _without(values: Mapping[str, Any], sensitive: Mapping[str, Any]) -> dict[str, Any]:
    """Return values without those marked `true`; where only a part is marked, that part is left out."""
    kept = {}
    for key, value in values.items():
        mark = sensitive.get(key)
        if mark is not True:
            kept[key] = _without(value, mark) if isinstance(value, dict) and isinstance(mark, dict) else value
    return kept
