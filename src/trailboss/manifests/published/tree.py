"""Kind → one tree of its fields, which everything that is published is written from.

A node is a JSON Schema without references. Beside the standard's keywords it has `nullable` (null may stand for it),
`allowed` (the field's description), `means` and `when` (`schema/meaning.py`), and `refused`: what to do instead of a
field that cannot be honoured, which may only be there with an empty value.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from trailboss.manifests.published.written import written
from trailboss.manifests.schema.kinds import FORMER_NAMES, KINDS, OLD_KINDS, Kind
from trailboss.manifests.schema.meaning import meaning_of
from trailboss.manifests.schema.not_yet import NOT_YET

Node = dict[str, Any]

_INSIDE = ("items", "additionalProperties", "propertyNames", "not")
_KEPT = {
    *("type", "enum", "const", "default", "anyOf", "required", "properties", *_INSIDE),
    *("pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "maxProperties"),
}
_NULL = {"type": "null"}


class _Generator(GenerateJsonSchema):
    def encode_default(self, dft: Any) -> Any:  # noqa: ANN401 - as pydantic has it
        return written(dft)

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """Say what keys must be like as a condition on all of them: pydantic's own would let others pass."""
        keys = self.generate_inner(schema["keys_schema"]) if "keys_schema" in schema else {}
        values = self.generate_inner(schema["values_schema"]) if "values_schema" in schema else True
        names = {"propertyNames": keys} if set(keys) - {"type", "title"} else {}
        return {"type": "object", "additionalProperties": values or True, **names}


def every_kind() -> tuple[Kind, ...]:
    """Return all kinds; two of them may share a name, and not a group."""
    return (*KINDS.values(), *OLD_KINDS.values())


def names_of(kind: Kind) -> list[str]:
    """Return what may stand in `kind`: its name, and what it was called before."""
    return [kind.name, *(old for old, now in FORMER_NAMES.items() if now == kind.name and kind in KINDS.values())]


@cache
def tree_of(kind: Kind) -> Node:
    """Return the tree of a kind, the same for all of its versions; it is to be read only."""
    raw = kind.shape.model_json_schema(by_alias=True, schema_generator=_Generator)
    tree = _plain({**raw, "description": ""}, raw.get("$defs", {}))
    tree["properties"]["apiVersion"] |= {"enum": [f"{kind.group}/{version}" for version in kind.versions]}
    tree["properties"]["kind"] |= {"enum": names_of(kind)}
    for path, remedy in NOT_YET[kind.label].items():
        _refuse(tree, path.split("."), remedy)
    for path, node in fields_of(tree):
        meaning = meaning_of(kind.name, path)
        node |= {"means": meaning.means, "when": meaning.when}
    return tree


def field_at(tree: Node, path: str) -> Node | None:
    """Return the field at a path without list positions, the whole kind for ""; None where there is none."""
    node: Node | None = tree
    for part in path.split(".") if path else ():
        node = children_of(node).get(part) if node else None
    return node


def fields_of(node: Node, path: str = "") -> Iterator[tuple[str, Node]]:
    """Yield every field by its path without list positions, those of a mapping after itself."""
    for name, child in children_of(node).items():
        below = f"{path}.{name}" if path else name
        yield below, child
        yield from fields_of(child, below)


def children_of(node: Node) -> dict[str, Node]:
    """Return the fields of a mapping, or of the mappings in a list."""
    holder = node if "properties" in node else node.get("items", {})
    found: dict[str, Node] = holder.get("properties", {})
    return found


def _plain(raw: Node, definitions: dict[str, Node]) -> Node:
    """Return the node with references opened, null as a mark, and nothing that is not ours to tell."""
    if "$ref" in raw:
        # What the shape's docstring says is for readers of the code.
        opened = {**definitions[raw["$ref"].rpartition("/")[2]], "description": ""}
        raw = {**opened, **{key: value for key, value in raw.items() if key != "$ref"}}
    choices = raw.get("anyOf", [])
    if _NULL in choices:
        left = [choice for choice in choices if choice != _NULL]
        rest = {key: value for key, value in raw.items() if key != "anyOf"}
        # What stands beside the choice describes the field; its own keywords are the choice's.
        inner = _plain(left[0] if len(left) == 1 else {"anyOf": left}, definitions)
        return {**inner, **_plain(rest, definitions), "nullable": True}
    node = {key: value for key, value in raw.items() if key in _KEPT and not (key == "default" and value is None)}
    if "const" in node:
        node["enum"] = [node.pop("const")]
    for key in _INSIDE:
        if isinstance(node.get(key), dict):
            node[key] = _plain(node[key], definitions)
    if "anyOf" in node:
        node["anyOf"] = [_plain(choice, definitions) for choice in node["anyOf"]]
    if raw.get("description"):
        node["allowed"] = raw["description"]
    _open_fields(node, definitions)
    return node


def _open_fields(node: Node, definitions: dict[str, Node]) -> None:
    """Null stands for a field that is not there, so only fields that must be there cannot be null."""
    needed = node.get("required", [])
    if "properties" in node:
        fields = {name: _plain(each, definitions) for name, each in node["properties"].items()}
        node["properties"] = {
            name: each if name in needed else {**each, "nullable": True} for name, each in fields.items()
        }


def _refuse(node: Node, path: list[str], remedy: str) -> None:
    holder = field_at(node, ".".join(path[:-1])) or {}
    children_of(holder)[path[-1]] = {"refused": remedy, "nullable": True}
