"""The alert rules, the dashboards, and what their queries ask for."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import promql_parser
import yaml

ROOT = Path(__file__).parents[3]
DASHBOARDS = sorted((ROOT / "deploy/grafana/dashboards").glob("*.json"))
ALERTS = ROOT / "deploy/prometheus/alerts.yml"
_BUILT_IN = {"$__rate_interval": "5m", "$__range": "1h"}
_LABEL_VALUES = re.compile(r"label_values\((.+), *(\w+)\)")
_BELOW = ("expr", "lhs", "rhs", "param")


@dataclass(frozen=True)
class Query:
    """`where` says which panel or rule it is of."""

    where: str
    text: str

    @property
    def metrics(self) -> set[str]:
        return set(self.labels)

    @property
    def labels(self) -> dict[str, set[str]]:
        """Return metric → labels that its series are selected by, or put together by."""
        found: dict[str, set[str]] = {}
        for labels, selector in _selectors(promql_parser.parse(_plain(self.text))):
            found.setdefault(selector.name, set()).update(labels, (one.name for one in selector.matchers.matchers))
        return found


def alerts() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]


def dashboard(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def all_queries() -> list[Query]:
    rules = [Query(rule["alert"], rule["expr"]) for rule in alerts()]
    return [*rules, *(query for path in DASHBOARDS for query in queries_of(path))]


def queries_of(path: Path) -> Iterator[Query]:
    made = dashboard(path)
    for panel in made["panels"]:
        for target in panel.get("targets", ()):
            yield Query(f"{path.stem}: {panel['title']}", target["expr"])
    for variable in made["templating"]["list"]:
        if variable["type"] == "query":
            found = _LABEL_VALUES.fullmatch(variable["definition"])
            assert found, variable["definition"]
            yield Query(f"{path.stem}: ${variable['name']}", found[1])


def _plain(text: str) -> str:
    for variable, value in _BUILT_IN.items():
        text = text.replace(variable, value)
    return text


def _selectors(
    node: Any,  # noqa: ANN401 - the parser's types have no stubs
    by: frozenset[str] = frozenset(),
) -> Iterator[tuple[frozenset[str], Any]]:
    """Yield each selector with the labels of all aggregations around it."""
    if isinstance(node, promql_parser.VectorSelector):
        yield by, node
    elif isinstance(node, promql_parser.MatrixSelector):
        yield by, node.vector_selector
    elif isinstance(node, promql_parser.AggregateExpr) and node.modifier:
        by |= frozenset(node.modifier.labels)
    below = [getattr(node, name, None) for name in _BELOW]
    for one in [*below, *getattr(node, "args", ())]:
        if one is not None:
            yield from _selectors(one, by)
