"""Trees → CustomResourceDefinitions of our own kinds: structural schemas, as apiextensions.k8s.io/v1 asks for them.

Trailboss needs none of them: it reads Git. They are for those who keep manifests in an API server as well, or have one
check them (`kubectl apply --dry-run=server`).
"""

import re
from io import StringIO

from ruamel.yaml import YAML

from trailboss.manifests.published.json_schema import told
from trailboss.manifests.published.tree import Node, every_kind, tree_of
from trailboss.manifests.schema.kinds import TRAILBOSS, Kind

_VALUES = (
    *("type", "nullable", "enum", "pattern", "not", "minLength", "maxLength", "minimum", "maximum"),
    *("minItems", "maxItems", "maxProperties"),
)
_COLUMNS = {
    "SSHCluster": {"Version": ".spec.kubernetesVersion", "Pod network": ".spec.podNetwork"},
    "SSHMachine": {"Role": ".spec.role", "Address": ".spec.address"},
}
_AGE = {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}
_ANYTHING = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
_HEAD = "# Written from the models by `python -m trailboss.cli.published`.\n"
_WIDE = 10**6


def crd_files() -> dict[str, str]:
    """Return the definitions of all kinds of ours: file → text."""
    kinds = [kind for kind in every_kind() if kind.group == TRAILBOSS]
    return {f"{_plural(kind)}.{kind.group}.yaml": _text(crd_of(kind)) for kind in kinds}


def crd_of(kind: Kind) -> Node:
    names = {
        "kind": kind.name,
        "listKind": f"{kind.name}List",
        "plural": _plural(kind),
        "singular": kind.name.lower(),
        "shortNames": ["".join(re.findall("[A-Z]", kind.name)).lower()],
        "categories": ["trailboss"],
    }
    newest = kind.versions[-1]
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{_plural(kind)}.{kind.group}"},
        "spec": {
            "group": kind.group,
            "names": names,
            "scope": "Namespaced",
            "versions": [_version(kind, version, storage=version == newest) for version in kind.versions],
        },
    }


def _plural(kind: Kind) -> str:
    return f"{kind.name.lower()}s"


def _version(kind: Kind, version: str, *, storage: bool) -> Node:
    columns = [{"name": name, "type": "string", "jsonPath": path} for name, path in _COLUMNS.get(kind.name, {}).items()]
    return {
        "name": version,
        "served": True,
        "storage": storage,
        "subresources": {"status": {}},
        "additionalPrinterColumns": [*columns, _AGE],
        "schema": {"openAPIV3Schema": _whole(tree_of(kind))},
    }


def _whole(tree: Node) -> Node:
    """Return the schema of the object; of apiVersion, kind and metadata the API server knows more than we."""
    own = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"}}
    spec = _structural(tree["properties"]["spec"])
    return {"type": "object", "required": ["spec"], "properties": {**own, "spec": spec, "status": dict(_ANYTHING)}}


def _structural(node: Node) -> Node:
    schema = told(node)
    schema |= {key: node[key] for key in _VALUES if key in node}
    if _is_plain(node.get("default")):
        # With a default, the server takes null for a field that is not there, as we do.
        schema["default"] = node["default"]
        schema.pop("nullable", None)
    if "anyOf" in node:
        return {**schema, **_choice(node["anyOf"])}
    if "properties" in node:
        fields = {name: _structural(each) for name, each in node["properties"].items() if "refused" not in each}
        needed = {"required": node["required"]} if node.get("required") else {}
        return {**schema, **needed, "properties": fields}
    if "items" in node:
        return {**schema, "items": _structural(node["items"])}
    values = node.get("additionalProperties")
    if isinstance(values, dict):
        return {**schema, "additionalProperties": _structural(values)}
    return {**schema, "x-kubernetes-preserve-unknown-fields": True} if values or "type" not in node else schema


def _is_plain(default: object) -> bool:
    return default is not None and default not in ("", [], {})


def _choice(choices: list[Node]) -> Node:
    """Write a number or a text as the API server has it; of any other choice it cannot say more than that it is one."""
    if {choice.get("type") for choice in choices} != {"integer", "string"}:
        return {"x-kubernetes-preserve-unknown-fields": True}
    bounds = {key: value for choice in choices for key, value in choice.items() if key in ("minimum", "pattern")}
    return {"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, {"type": "string"}], **bounds}


def _text(definition: Node) -> str:
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    yaml.width = _WIDE
    out = StringIO()
    yaml.dump(definition, out)
    return _HEAD + out.getvalue()
