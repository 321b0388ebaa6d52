"""Text of a manifest → objects, or what is wrong with it.

Read with libyaml: bundles of CustomResourceDefinitions have megabytes. As Kubernetes' own tools do, YAML 1.1 is read:
a bare `yes` is true.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from trailboss.addons.hooks import weight_problem
from trailboss.addons.objects import AddonObject, Json
from trailboss.model.problem import Problem

_TIMESTAMP = "tag:yaml.org,2002:timestamp"


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Safe values only, dates left as texts, for JSON has none; keys that are written twice are refused."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(
                        problem=f"the key {key.value} is written twice", problem_mark=key.start_mark
                    )
                seen.add(key.value)
        found: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return found


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != _TIMESTAMP]
    for first, found in _Loader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class Parsed:
    objects: tuple[AddonObject, ...]
    problems: tuple[Problem, ...] = ()


def parse(text: str, file: str) -> Parsed:
    """Read every object of a text; a List is opened. `file`: what problems call the text."""
    try:
        documents = list(_documents(text))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return Parsed((), (_syntax_problem(error, file, text),))
    objects: list[AddonObject] = []
    problems: list[Problem] = []
    for number, (line, value) in enumerate(documents, start=1):
        for one in _opened(value):
            found = _fault(one)
            if found:
                problems.append(Problem(file=file, document=number, line=line, message=found, allowed=_ALLOWED))
            else:
                objects.append(AddonObject(one))
    return Parsed(tuple(objects), tuple(problems))


def parse_value(text: str, file: str) -> tuple[Json, tuple[Problem, ...]]:
    """Read a text that is one mapping: values of a chart, a kustomization; {} where it cannot be."""
    try:
        documents = [value for _, value in _documents(text)]
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return {}, (_syntax_problem(error, file, text),)
    if not documents:
        return {}, ()
    if len(documents) > 1 or not isinstance(documents[0], dict):
        return {}, (Problem(file=file, message="must be one mapping"),)
    return documents[0], ()


_ALLOWED = "apiVersion, kind and metadata.name, as texts"


def _documents(text: str) -> Iterator[tuple[int, Any]]:
    """Yield (line, value) of each document with something in it, as values that JSON has, too."""
    loader = _Loader(text)
    try:
        while loader.check_node():
            node = loader.get_node()
            value = loader.construct_document(node)
            if value is not None:
                json.dumps(value)  # a recursive alias, or what JSON does not have, raises
                yield node.start_mark.line + 1, value
    finally:
        loader.dispose()


def _opened(value: Any) -> Iterator[Any]:  # noqa: ANN401 - any YAML
    if isinstance(value, dict) and str(value.get("kind", "")).endswith("List") and isinstance(value.get("items"), list):
        for item in value["items"]:
            yield from _opened(item)
    else:
        yield value


def _fault(value: Any) -> str:  # noqa: ANN401 - any YAML
    if not isinstance(value, dict):
        return "not a Kubernetes object"
    metadata = value.get("metadata")
    if not all(isinstance(value.get(key), str) and value[key] for key in ("apiVersion", "kind")):
        return "an object without apiVersion or kind"
    if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str) or not metadata["name"]:
        return f"a {value['kind']} without a name; names that the API server makes up cannot be applied again"
    for field in ("labels", "annotations"):
        given = metadata.get(field) or {}
        if not isinstance(given, dict) or not all(isinstance(one, str) for one in given.values()):
            return f"{value['kind']} {metadata['name']}: {field} must be texts; put numbers and booleans in quotes"
    return weight_problem(AddonObject(value))


def _syntax_problem(error: Exception, file: str, text: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    words = getattr(error, "problem", None) or "it cannot be read"
    line = min(mark.line + 1, len(text.splitlines())) if mark else 0  # the end of a text is behind its last line
    return Problem(file=file, document=0, line=line, message=f"not valid YAML: {words}")
