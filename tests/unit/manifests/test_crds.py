"""CustomResourceDefinitions keep Kubernetes' rules for structural schemas."""

from collections.abc import Iterator
from typing import Any

import pytest

from trailboss.manifests.published.crd import crd_of
from trailboss.manifests.published.tree import every_kind
from trailboss.manifests.schema.kinds import TRAILBOSS, Kind

FORBIDDEN = {
    *("$ref", "definitions", "$defs", "dependencies", "deprecated", "discriminator", "id", "patternProperties"),
    *("readOnly", "writeOnly", "xml", "propertyNames", "const", "if", "then", "else", "examples", "title"),
}
VALUES_ONLY = {"type", "additionalProperties", "properties", "default", "nullable", "description", "items"}
OURS = [kind for kind in every_kind() if kind.group == TRAILBOSS]


def structural(schema: dict[str, Any], path: str = "") -> Iterator[str]:
    """Yield what breaks the rules for structural schemas (Kubernetes, extend the API: structural schemas)."""
    yield from (f"{path}: {key}" for key in FORBIDDEN & set(schema))
    kinds = {"object", "array", "string", "integer", "number", "boolean"}
    free = schema.get("x-kubernetes-int-or-string") or schema.get("x-kubernetes-preserve-unknown-fields")
    if schema.get("type") not in kinds and not free:
        yield f"{path}: no type"
    if schema.get("additionalProperties") is False or {"properties", "additionalProperties"} <= set(schema):
        yield f"{path}: additionalProperties"
    if schema.get("type") == "array" and "items" not in schema:
        yield f"{path}: a list of nothing"
    for junctor in ("anyOf", "allOf", "oneOf", "not"):
        inner = schema.get(junctor, [])
        for one in [inner] if isinstance(inner, dict) else inner:
            if VALUES_ONLY & set(one) and one not in ({"type": "integer"}, {"type": "string"}):
                yield f"{path}: {junctor} says more than values"
    for name, each in schema.get("properties", {}).items():
        yield from structural(each, f"{path}.{name}")
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from structural(schema[key], f"{path}.{key}")


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.name)
def test_definitions_for_an_api_server_are_structural(kind: Kind) -> None:
    definition = crd_of(kind)
    spec = definition["spec"]
    assert definition["metadata"]["name"] == f"{spec['names']['plural']}.{spec['group']}"
    assert [version["storage"] for version in spec["versions"]].count(True) == 1
    for version in spec["versions"]:
        assert version["subresources"] == {"status": {}}
        assert list(structural(version["schema"]["openAPIV3Schema"])) == []


def test_short_names_are_not_shared() -> None:
    short = [name for kind in OURS for name in crd_of(kind)["spec"]["names"]["shortNames"]]
    assert len(set(short)) == len(short)
