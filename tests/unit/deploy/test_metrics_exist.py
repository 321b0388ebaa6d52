"""Every metric and label that alert rules, dashboards and the documentation name is served by a real process."""

import re

import pytest
from tests.unit.deploy.queries import ROOT, Query, all_queries
from tests.unit.deploy.scraped import Scraped

pytestmark = pytest.mark.slow

BY_PROMETHEUS = {"up": set[str]()}
SCRAPE_LABELS = {"job", "instance"}
EVERYWHERE = {"service_name"}  # Temporal's SDK writes it on everything
_ROW = re.compile(r"^\| `(trailboss_\w+)` \| (\w+) \| (.*?) \|", re.MULTILINE)
_SUFFIX = re.compile(r"_(bucket|sum|count)$")


@pytest.mark.parametrize("query", all_queries(), ids=lambda query: query.where)
async def test_a_query_names_metrics_and_labels_that_exist(query: Query, scraped: Scraped) -> None:
    known = {**scraped.temporal, **scraped.worker, **BY_PROMETHEUS}
    assert query.metrics
    assert query.metrics <= known.keys()
    for metric, labels in query.labels.items():
        assert labels <= known[metric] | SCRAPE_LABELS


async def test_the_metrics_table_of_the_documentation_is_what_a_worker_serves(scraped: Scraped) -> None:
    page = (ROOT / "docs/telemetry.md").read_text()
    told = {name: set(re.findall(r"`(\w+)`", re.sub(r"\(.*?\)", "", labels))) for name, _, labels in _ROW.findall(page)}
    served: dict[str, set[str]] = {}
    for name, labels in scraped.worker.items():
        if name.startswith("trailboss_"):
            served.setdefault(_SUFFIX.sub("", name), set()).update(labels - EVERYWHERE - {"le"})
    assert told == served


async def test_the_kinds_of_the_table_are_the_kinds_served(scraped: Scraped) -> None:
    page = (ROOT / "docs/telemetry.md").read_text()
    for name, kind, _ in _ROW.findall(page):
        assert (kind == "histogram") == (f"{name}_bucket" in scraped.worker)


async def test_no_histogram_has_labels_without_bound(scraped: Scraped) -> None:
    """A machine, cluster, commit or workflow in a label would make a set of buckets for each."""
    bounded = {"le", "outcome", "activity_type", "workflow_type", "namespace", "task_queue", *EVERYWHERE}
    ours = {name: labels for name, labels in scraped.worker.items() if name.startswith("trailboss_")}
    assert {name: labels for name, labels in ours.items() if name.endswith("_bucket") and not labels <= bounded} == {}
