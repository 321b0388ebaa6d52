"""Grafana's files, as far as they can be judged without Grafana."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.unit.deploy.queries import DASHBOARDS, ROOT, dashboard

PROVISIONING = ROOT / "deploy/grafana/provisioning"
_VARIABLE = re.compile(r"\$(?:{(\w+)(?::\w+)?}|(\w+))")
_COLUMNS = 24

each = pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)


def _panels(path: Path) -> list[dict[str, Any]]:
    return [panel for panel in dashboard(path)["panels"] if panel["type"] != "row"]


def _texts(found: object) -> list[str]:
    if isinstance(found, str):
        return [found]
    below = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
    return [text for one in below for text in _texts(one)]


def test_there_are_the_three() -> None:
    assert [path.stem for path in DASHBOARDS] == ["change", "fleet", "worker"]
    made = [dashboard(path) for path in DASHBOARDS]
    assert {one["uid"] for one in made} == {"trailboss-change", "trailboss-fleet", "trailboss-worker"}
    assert all("trailboss" in one["tags"] for one in made), "they find each other by it"


@each
def test_panels_have_ids_of_their_own_and_lie_beside_each_other(path: Path) -> None:
    panels = dashboard(path)["panels"]
    ids = [panel["id"] for panel in panels]
    assert len(set(ids)) == len(ids)
    taken: set[tuple[int, int]] = set()
    for place in (panel["gridPos"] for panel in panels):
        assert place["x"] + place["w"] <= _COLUMNS
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not taken & cells
        taken |= cells


@each
def test_each_panel_has_words_a_unit_and_the_provisioned_source(path: Path) -> None:
    source = yaml.safe_load((PROVISIONING / "datasources/prometheus.yml").read_text())["datasources"][0]
    for panel in _panels(path):
        assert panel["title"]
        assert panel["description"]
        if panel["type"] == "text":
            continue
        assert panel["fieldConfig"]["defaults"]["unit"] in {"short", "s", "reqps"}
        assert panel["targets"]
        for asked in (panel, *panel["targets"]):
            assert asked["datasource"] == {"type": source["type"], "uid": source["uid"]}
        letters = [target["refId"] for target in panel["targets"]]
        assert len(set(letters)) == len(letters)


@each
def test_variables_that_are_used_are_defined_and_the_other_way_round(path: Path) -> None:
    made = dashboard(path)
    defined = {variable["name"] for variable in made["templating"]["list"]}
    used = {
        braced or bare for text in _texts([made["panels"], made["links"]]) for braced, bare in _VARIABLE.findall(text)
    }
    assert {name for name in used if not name.startswith("__")} == defined


def test_provisioning_says_where_things_are() -> None:
    source = yaml.safe_load((PROVISIONING / "datasources/prometheus.yml").read_text())
    provider = yaml.safe_load((PROVISIONING / "dashboards/trailboss.yml").read_text())
    assert (source["apiVersion"], provider["apiVersion"]) == (1, 1)
    [prometheus] = source["datasources"]
    assert (prometheus["type"], prometheus["access"], prometheus["url"]) == (
        "prometheus",
        "proxy",
        "http://prometheus:9090",
    )
    [found] = provider["providers"]
    assert (found["type"], found["options"]["path"]) == ("file", "/var/lib/grafana/dashboards")
