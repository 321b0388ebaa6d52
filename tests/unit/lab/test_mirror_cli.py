import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from trailboss.cli.mirror import app
from trailboss.lab.mirror.digests import artifact, write_whole
from trailboss.lab.mirror.errors import MirrorFailed
from trailboss.lab.mirror.layout import BINARIES, RECIPE, VersionLayout
from trailboss.lab.mirror.sums import write_image_index, write_sums


def _invoke(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def layout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> VersionLayout:
    """A complete version with one image."""
    monkeypatch.setenv("TRAILBOSS_CACHE", str(tmp_path))
    made = VersionLayout(tmp_path / "mirror", "v1.34.4")
    write_whole(made.source, "compile\n")
    write_whole(made.recipe, RECIPE)
    for path in [*map(made.binary, BINARIES), made.image("pause")]:
        with artifact(path) as part:
            part.write_text(path.name)
    write_image_index(made, {"registry.k8s.io/pause:3.10.1": made.image("pause")})
    write_sums(made)
    return made


def test_list_for_programs(layout: VersionLayout) -> None:
    (layout.root / "release" / "v1.9.1").mkdir()
    result = _invoke("list", "--output", "json")
    assert result.exit_code == 0
    old, held = json.loads(result.stdout)["versions"]
    assert (old["version"], old["state"], old["source"]) == ("v1.9.1", "part", "unknown")
    assert (held["version"], held["state"], held["source"]) == ("v1.34.4", "complete", "compile")
    assert held["images"] == ["registry.k8s.io/pause:3.10.1"]
    assert held["files"] == 2 * 4 + 3


def test_verify_finds_damage(layout: VersionLayout) -> None:
    assert _invoke("list", "--verify").exit_code == 0
    layout.image("pause").write_text("rotten")
    assert _invoke("list").exit_code == 0
    result = _invoke("list", "--verify")
    assert result.exit_code == 1
    assert "damaged: images/v1.34.4/pause.tar" in result.stdout


def test_every_bad_version_is_named(layout: VersionLayout) -> None:
    del layout
    result = _invoke("build", "--kubernetes", "1.34", "--kubernetes", "newest")
    assert result.exit_code == 2
    assert "1.34;" in result.output
    assert "newest;" in result.output


def test_a_complete_version_needs_nothing(layout: VersionLayout) -> None:
    result = _invoke("build", "--kubernetes", "1.34.4", "--source", "upstream")
    assert result.exit_code == 0
    assert str(layout.root) in result.output


@pytest.mark.parametrize("failure", [MirrorFailed("no such release"), OSError(28, "No space left on device")])
def test_a_failure_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch, failure: Exception) -> None:
    def fail(*_: object, **__: object) -> Path:
        raise failure

    monkeypatch.setattr("trailboss.cli.mirror.ensure", fail)
    result = _invoke("build", "--kubernetes", "1.34.4")
    assert result.exit_code == 1
    assert result.output.startswith("mirror build failed: ")
    assert len(result.output.splitlines()) == 1
