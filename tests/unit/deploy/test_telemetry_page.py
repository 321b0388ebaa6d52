"""The values of labels that the documentation lists are those of the code; test_metrics_exist.py has the metrics."""

import re

from tests.unit.deploy.queries import ROOT

from trailboss.model.errors import TrailbossError
from trailboss.worker.metrics.failing import KINDS, UNEXPECTED
from trailboss.worker.metrics.measuring import OUTCOMES

PAGE = (ROOT / "docs/telemetry.md").read_text()


def _listed(begins: str) -> set[str]:
    [paragraph] = [one for one in PAGE.split("\n\n") if one.startswith(begins)]
    return set(re.findall(r"`([\w-]+)`", paragraph))


def test_outcomes_of_a_change() -> None:
    assert _listed("A change's `outcome`") - {"outcome"} == set(OUTCOMES)


def test_kinds_of_failures() -> None:
    kinds = {name for name in _listed("A failure's `kind`") if name[0].isupper()}
    assert kinds == KINDS - {TrailbossError.__name__} | {UNEXPECTED}
