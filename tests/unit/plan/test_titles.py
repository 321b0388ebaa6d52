import json

import pytest

from trailboss.model.revision import Repository, Revision
from trailboss.plan import titles

REVISION = Revision(repository=Repository(name="fleet", url="/nowhere"), commit="a" * 40, path="", digest="d")


@pytest.mark.parametrize(
    "subject", ["x" * 1000, "文" * 200, '"' * 500, "\\" * 300], ids=["long", "wide", "quotes", "escaped"]
)
def test_a_summary_is_no_longer_than_temporal_takes_it(subject: str) -> None:
    shown = titles.change("demo", REVISION.model_copy(update={"subject": subject}))["static_summary"]
    assert shown.startswith(f"demo to {'a' * 12}: {subject[:50]}")
    assert shown.endswith("…")
    assert 390 < len(json.dumps(shown, ensure_ascii=False).encode()) <= 400


def test_a_summary_that_fits_stays_as_it_is_but_for_lines() -> None:
    assert titles.fitting("worker-1: drain,\nbecause it is older") == "worker-1: drain, because it is older"


def test_details_lead_to_what_a_workflow_belongs_to() -> None:
    assert "(namespaces/{namespace}/workflows/cluster%2Fdemo)" in titles.change("demo", REVISION)["static_details"]
    assert "(namespaces/{namespace}/schedules/repo%2Ffleet)" in titles.poll(REVISION.repository)["static_details"]
