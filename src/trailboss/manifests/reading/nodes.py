"""YAML nodes → plain values and the line of each field. Aliases are followed within bounds."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from trailboss.manifests.reading.place import Location

_TAG = "tag:yaml.org,2002:"
_DEEPEST = 100
_MOST_NODES = 200_000
"""Aliases of aliases can stand for billions of nodes; real manifests stay far below."""

Report = Callable[[Location, int, str, str], None]
"""Called with location, line, message, found."""


@dataclass
class NodeReader:
    """Reads one document. `offset` is added to the lines that the parser counts."""

    offset: int
    report: Report
    lines: dict[Location, int] = field(default_factory=dict)
    seen: int = 0
    gave_up: bool = False

    def read(self, node: Node, location: Location = ()) -> Any:  # noqa: ANN401 - YAML holds anything
        line = node.start_mark.line + self.offset + 1
        self.lines.setdefault(location, line)
        self.seen += 1
        if len(location) > _DEEPEST or self.seen > _MOST_NODES:
            return self._give_up(location, line)
        if isinstance(node, MappingNode):
            return self._mapping(node, location)
        if isinstance(node, SequenceNode):
            return [self.read(item, (*location, number)) for number, item in enumerate(node.value)]
        return self._scalar(node, location, line) if isinstance(node, ScalarNode) else None

    def _give_up(self, location: Location, line: int) -> None:
        if not self.gave_up:
            self.report(location[:5], line, "nested too deeply, or an alias that contains itself", "")
        self.gave_up = True

    def _mapping(self, node: MappingNode, location: Location) -> dict[str, Any]:
        result: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + self.offset + 1
            if key_node.tag == f"{_TAG}merge":
                merged |= self._merge(value_node, location, line)
                continue
            key = self._key(key_node, location, line)
            if key in result:
                first = self.lines[*location, key]
                self.report((*location, key), line, "the field is written twice", f"first on line {first}")
                continue
            self.lines[*location, key] = line
            result[key] = self.read(value_node, (*location, key))
        return {**merged, **result}

    def _merge(self, node: Node, location: Location, line: int) -> dict[str, Any]:
        sources = node.value if isinstance(node, SequenceNode) else [node]
        result: dict[str, Any] = {}
        for source in reversed(sources):
            value = self.read(source, location)
            if isinstance(value, dict):
                result |= value
            else:
                self.report(location, line, "<< merges mappings only", "")
        return result

    def _key(self, node: Node, location: Location, line: int) -> str:
        if isinstance(node, ScalarNode):
            return str(node.value)
        self.report(location, line, "a field's name must be a text", "a list or mapping as name")
        return ""

    def _scalar(self, node: ScalarNode, location: Location, line: int) -> Any:  # noqa: ANN401 - as read
        tag = str(node.tag).removeprefix(_TAG)
        text = str(node.value)
        match tag:
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int":
                return _integer(text)
            case "float":
                return _floating(text)
            case "str" | "timestamp":
                return text
        self.report(location, line, "a YAML tag that is not understood here", f"!{tag.removeprefix('!')}")
        return text


def _integer(text: str) -> int:
    digits = text.replace("_", "")
    # YAML 1.2 counts 010 as ten; Python's base 0 refuses it.
    return int(digits, 0) if re.match(r"[-+]?0[xob]", digits) else int(digits)


def _floating(text: str) -> float:
    plain = text.replace("_", "").lower()
    return float(plain.replace(".inf", "inf").replace(".nan", "nan"))
