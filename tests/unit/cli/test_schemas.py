import json
from pathlib import Path

from typer.testing import CliRunner

from trailboss.cli.init import init
from trailboss.cli.main import app, typer_for
from trailboss.manifests import load_tree
from trailboss.manifests.published.json_schema import schema_files
from trailboss.manifests.scaffold.render import SCHEMAS

INIT = typer_for(f"{init.__module__}:init")


def test_all_are_written_and_written_anew(tmp_path: Path) -> None:
    (tmp_path / "all.json").write_text("old")
    for _ in range(2):
        assert CliRunner().invoke(app, ["schemas", "write", str(tmp_path)]).exit_code == 0
    written = {str(path.relative_to(tmp_path)): path.read_text() for path in tmp_path.rglob("*.json")}
    assert written == schema_files()


def test_one_is_enough_for_editors(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["schemas", "write", str(tmp_path), "--only-all"]).exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["all.json"]


def test_what_init_writes_names_a_schema_that_is_there_and_that_no_poll_reads(tmp_path: Path) -> None:
    assert CliRunner().invoke(INIT, [str(tmp_path)]).exit_code == 0
    for manifest in (tmp_path / "clusters").rglob("*.yaml"):
        first = manifest.read_text().splitlines()[0]
        named = manifest.parent / first.removeprefix("# yaml-language-server: $schema=")
        assert json.loads(named.read_text())["title"] == "Any manifest of a cluster"
    files = {str(path.relative_to(tmp_path)): path.read_text() for path in (tmp_path / SCHEMAS).rglob("*")}
    assert files
    assert load_tree({**files, **{f"clusters/x/{name}": text for name, text in files.items()}}).clusters == ()


def test_an_older_schema_stays_and_is_no_reason_to_refuse(tmp_path: Path) -> None:
    old = tmp_path / SCHEMAS / "all.json"
    old.parent.mkdir(parents=True)
    old.write_text("{}")
    assert CliRunner().invoke(INIT, [str(tmp_path)]).exit_code == 0
    assert old.read_text() == "{}"
