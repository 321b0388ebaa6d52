"""What stand-ins are made of, and when they are made anew."""

from importlib import resources
from pathlib import Path

import pytest

from trailboss.lab.standins.ensure import wanted
from trailboss.lab.standins.programs import COLLECTOR, TEMPORAL, TEMPORAL_TOOLS
from trailboss.lab.standins.recipes import RECIPES

FILES = resources.files("trailboss.lab.standins").joinpath("files")


@pytest.mark.parametrize("name", RECIPES)
def test_each_stands_on_the_base_that_it_is_given(name: str) -> None:
    dockerfile = RECIPES[name].folder.joinpath("Dockerfile").read_text()
    assert dockerfile.startswith("ARG BASE\nFROM ${BASE}\n")
    for program in RECIPES[name].programs.programs if RECIPES[name].programs else ():
        assert f"COPY {program}" in dockerfile or f" {program} " in dockerfile


def test_no_folder_is_left_over() -> None:
    assert {folder.name for folder in FILES.iterdir()} == {recipe.name for recipe in RECIPES.values()}


@pytest.mark.parametrize("name", RECIPES)
def test_another_tag_or_base_is_another_image(name: str) -> None:
    digests = {RECIPES[name].digest(tag, base) for tag in ("1.2.3", "1.2.4") for base in ("base:1", "base:2")}
    assert len(digests) == 4
    assert RECIPES[name].digest("1.2.3", "base:1") in digests


def test_programs_are_kept_apart_by_version_and_by_what_is_built() -> None:
    assert len({each.key(tag) for each in (TEMPORAL, TEMPORAL_TOOLS, COLLECTOR) for tag in ("1.2.3", "1.2.4")}) == 6


def test_versions_of_the_collector_that_belong_together() -> None:
    go_mod = COLLECTOR.go_module("0.159.0", "module x\n\ngo 1.25.0\n").go_mod
    assert "\ngo 1.25.0\n" in go_mod
    assert "require go.opentelemetry.io/collector/otelcol v0.159.0\n" in go_mod
    assert "require go.opentelemetry.io/collector/confmap/provider/fileprovider v1.65.0\n" in go_mod


def test_images_are_those_of_both_files_but_for_what_is_built(tmp_path: Path) -> None:
    compose, dockerfile = tmp_path / "docker-compose.yml", tmp_path / "Dockerfile"
    dockerfile.write_text("ARG BASE=python:3.11.15-slim\nFROM ${BASE}\n")
    compose.write_text(
        "services:\n  a: {image: 'postgres:15.1'}\n  b: {image: 'postgres:15.1'}\n"
        "  c: {image: 'ours:local', build: .}\n  d: {image: 'ours:local'}\n"
    )
    assert wanted(compose, dockerfile) == ("python:3.11.15-slim", "postgres:15.1")
