import re
from pathlib import Path

import pytest
import yaml
from tests.unit.deploy.conftest import Promtool
from tests.unit.deploy.queries import ALERTS, ROOT, alerts

from trailboss.cli.main import COMMANDS

RUNBOOK = (ROOT / "docs/runbook.md").read_text()
CASES = sorted((Path(__file__).parent / "alerts").glob("*.yml"))
_SECTION = re.compile(r"^### (\w+)\n\n(.+?)(?=\n#|\Z)", re.MULTILINE | re.DOTALL)


def test_each_alert_says_how_bad_it_is_and_where_its_section_of_the_runbook_stands() -> None:
    for rule in alerts():
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert rule["annotations"].keys() == {"summary", "description", "runbook"}
        assert rule["annotations"]["runbook"] == f"docs/runbook.md#{rule['alert'].lower()}"


def test_the_runbook_has_a_section_for_each_alert_and_no_other() -> None:
    names = [rule["alert"] for rule in alerts()]
    assert len(set(names)) == len(names)
    assert [name for name, _ in _SECTION.findall(RUNBOOK)] == names


def test_commands_of_the_runbook_exist() -> None:
    asked = set(re.findall(r"`trailboss\s+([a-z-]+)", RUNBOOK))
    assert asked
    assert asked <= COMMANDS.keys()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "file"),
    [("rules", ALERTS), ("config", ROOT / "deploy/prometheus/prometheus.yml")],
    ids=["rules", "config"],
)
def test_prometheus_takes_the_file(what: str, file: Path, promtool: Promtool) -> None:
    done = promtool("check", what, file)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_alerts_fire_when_they_should_and_not_before(case: Path, promtool: Promtool) -> None:
    done = promtool("test", "rules", case)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_has_a_case_in_which_it_fires_and_one_in_which_it_does_not() -> None:
    tests = [test for case in CASES for test in yaml.safe_load(case.read_text())["tests"]]
    checks = [check for test in tests for check in test.get("promql_expr_test", ())]
    for rule in alerts():
        fires = {bool(one["exp_samples"]) for one in checks if f'alertname="{rule["alert"]}"' in one["expr"]}
        assert fires == {True, False}, rule["alert"]
