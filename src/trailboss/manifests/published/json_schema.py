"""Trees → JSON Schemas in the files that editors and kubeconform expect: GROUP/KIND_VERSION.json, and one for all.

Draft 7: what every editor's YAML support reads. No references but those within `all.json`.
"""

import json
from typing import Any

from trailboss.manifests.published.tree import Node, every_kind, names_of, tree_of
from trailboss.manifests.schema.kinds import Kind
from trailboss.manifests.schema.meaning import when_words

ALL = "all.json"
_DRAFT = "http://json-schema.org/draft-07/schema#"
_OURS = {"allowed", "means", "when", "refused", "nullable"}
_INSIDE = ("items", "additionalProperties", "propertyNames", "not")
_EMPTY: list[Any] = [None, "", [], {}, False, 0]


def schema_files() -> dict[str, str]:
    """Return every schema: path → text."""
    files = {
        f"{kind.group}/{kind.name.lower()}_{version}.json": _text(schema_of(kind, version))
        for kind in every_kind()
        for version in kind.versions
    }
    return {ALL: _text(schema_of_all()), **files}


def schema_of(kind: Kind, version: str) -> Node:
    """Return the schema of one kind in one version."""
    schema = _written(tree_of(kind))
    schema["properties"]["apiVersion"] |= {"enum": [f"{kind.group}/{version}"]}
    title = f"{kind.name} ({kind.group}/{version})"
    return {"$schema": _DRAFT, "title": title, **schema}


def schema_of_all() -> Node:
    """Return the schema of any document: by its kind and version, or a List of such.

    Objects of other APIs pass: a ConfigMap may hold a file for hosts.
    """
    kinds = every_kind()
    names = [name for kind in kinds for name in names_of(kind)]
    ours = "|".join(group.replace(".", "\\.") for group in dict.fromkeys(kind.group for kind in kinds))
    known = [*dict.fromkeys(names), *dict.fromkeys(f"{name}List" for name in names), "List"]
    return {
        "$schema": _DRAFT,
        "title": "Any manifest of a cluster",
        "type": "object",
        "required": ["apiVersion", "kind"],
        "properties": {
            "apiVersion": {"description": "The group and version of the kind.", "type": "string"},
            "kind": {"description": "The kind of the object.", "type": "string", "examples": [*dict.fromkeys(names)]},
        },
        "allOf": [
            _when({"apiVersion": {"pattern": f"^({ours})/"}}, {"properties": {"kind": {"enum": known}}}),
            _when({"kind": {"pattern": "List$"}}, {"required": ["items"], "properties": {"items": {"type": "array"}}}),
            _when({"kind": {"const": "List"}}, {"properties": {"items": {"items": {"$ref": "#"}}}}),
            *(_versions(name, kinds) for name in dict.fromkeys(names)),
            *(_case(kind) for kind in kinds),
        ],
        "definitions": {_key(kind): _written(tree_of(kind)) for kind in kinds},
    }


def _when(given: Node, then: Node) -> Node:
    return {"if": {"properties": given, "required": list(given)}, "then": then}


def _versions(name: str, kinds: tuple[Kind, ...]) -> Node:
    """Say in which versions there is a kind of this name: elsewhere the case of none of its kinds would look at it."""
    versions = [f"{k.group}/{version}" for k in kinds if name in names_of(k) for version in k.versions]
    return _when({"kind": {"const": name}}, {"properties": {"apiVersion": {"enum": versions}}})


def _case(kind: Kind) -> Node:
    # Of kinds that share a name, the group decides.
    group = {"pattern": "^" + kind.group.replace(".", "\\.") + "/"}
    return _when({"kind": {"enum": names_of(kind)}, "apiVersion": group}, {"$ref": f"#/definitions/{_key(kind)}"})


def _key(kind: Kind) -> str:
    return f"{kind.group}.{kind.name}"


def _written(node: Node) -> Node:
    """Return a node in the standard's own keywords."""
    if "refused" in node:
        return {"description": f"Not to be used: {node['refused']}.", "enum": _EMPTY, "doNotSuggest": True}
    schema = {key: value for key, value in node.items() if key not in _OURS}
    for key in _INSIDE:
        if isinstance(schema.get(key), dict):
            schema[key] = _written(schema[key])
    if "properties" in schema:
        fields = {name: {"title": name, **_written(each)} for name, each in schema["properties"].items()}
        schema["properties"] = fields
    if node.get("nullable"):
        schema = _or_null(schema)
    return {**told(node), **schema}


def _or_null(schema: Node) -> Node:
    if "type" in schema:
        schema["type"] = [*dict.fromkeys((schema["type"], "null"))] if schema["type"] != "null" else "null"
    if "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    if "anyOf" in schema:
        schema["anyOf"] = [*schema["anyOf"], {"type": "null"}]
    return schema


def told(node: Node) -> Node:
    """Return the description: what the field means, what is allowed, and when it takes effect."""
    when = when_words(node.get("when", ""))
    parts = (
        node.get("means", ""),
        f"Allowed: {node['allowed']}." if node.get("allowed") else "",
        f"Takes effect {when}." if when else "",
    )
    text = " ".join(part for part in parts if part)
    return {"description": text} if text else {}


def _text(schema: Node) -> str:
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
