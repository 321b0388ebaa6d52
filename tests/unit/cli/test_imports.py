import json
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from trailboss.cli import ansible_inventory
from trailboss.cli.imports import app
from trailboss.manifests import load_cluster
from trailboss.model.errors import BadInput

SAMPLES = Path(__file__).parents[1] / "imports" / "samples"
TABLE = "name,role,address\ncp-1,control-plane,10.0.0.1\nw-1,worker,10.0.1.1\n"


def run(*arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


def problems(result: Result) -> list[str]:
    assert isinstance(result.exception, BadInput), result.output
    return [str(problem) for problem in result.exception.problems]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "clusters" / "herd"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    (tmp_path / "hosts.csv").write_text(TABLE)
    return tmp_path / "hosts.csv"


def snapshot(folder: Path) -> dict[str, tuple[str, int]]:
    return {str(path): (path.read_text(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


def test_a_first_import_describes_a_cluster_that_validates(folder: Path, table: Path) -> None:
    result = run("csv", table, "--cluster-dir", folder, "--kubernetes", "1.33.4", "--endpoint", "10.0.0.10")
    assert result.exit_code == 0, result.output
    cluster = load_cluster({f"clusters/herd/{path.name}": path.read_text() for path in folder.iterdir()})
    assert (cluster.name, cluster.kubernetes_version, len(cluster.machines)) == ("herd", "1.33.4", 2)
    assert "+  address: 10.0.1.1" in result.stdout
    assert (
        f"2 added, 0 changed, 0 removed; wrote {folder / 'cluster.yaml'}, {folder / 'machines.yaml'}" in result.stdout
    )


def test_again_writes_nothing(folder: Path, table: Path) -> None:
    run("csv", table, "--cluster-dir", folder)
    before = snapshot(folder)
    result = run("csv", table, "--into", folder)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "nothing to change"
    assert snapshot(folder) == before


def test_check_and_dry_run_show_and_do_not_write(folder: Path, table: Path) -> None:
    assert run("csv", table, "--cluster-dir", folder, "--check").exit_code == 1
    assert not folder.exists()
    run("csv", table, "--cluster-dir", folder)
    before = snapshot(folder)
    assert run("csv", table, "--cluster-dir", folder, "--check").exit_code == 0
    table.write_text(TABLE.replace("10.0.1.1", "10.0.1.2"))
    dry = run("csv", table, "--cluster-dir", folder, "--dry-run")
    assert dry.exit_code == 0
    assert "-  address: 10.0.1.1\n+  address: 10.0.1.2\n" in dry.stdout
    assert "0 added, 1 changed, 0 removed; nothing was written" in dry.stdout
    assert run("csv", table, "--cluster-dir", folder, "--check").exit_code == 1
    assert snapshot(folder) == before


def test_what_is_gone_is_told_until_it_is_pruned(folder: Path, table: Path) -> None:
    run("csv", table, "--cluster-dir", folder)
    table.write_text(TABLE.replace("w-1,worker,10.0.1.1\n", ""))
    assert "gone w-1: not in the source; it stays, --prune takes it out" in run("csv", table, "--into", folder).stdout
    assert "0 added, 0 changed, 1 removed" in run("csv", table, "--into", folder, "--prune").stdout
    assert "w-1" not in (folder / "machines.yaml").read_text()


def test_json_holds_all_of_it(folder: Path, table: Path) -> None:
    report = json.loads(run("csv", table, "--cluster-dir", folder, "--output", "json").stdout)
    assert report["added"] == ["cp-1", "w-1"]
    assert report["written"] is True
    assert set(report["files"]) == {str(folder / "cluster.yaml"), str(folder / "machines.yaml")}


def test_what_would_not_be_valid_is_not_written(folder: Path, table: Path) -> None:
    run("csv", table, "--cluster-dir", folder)
    before = snapshot(folder)
    table.write_text(f"{TABLE}w-2,worker,10.244.7.7\nw-3,worker,10.0.0.1\n")
    told = problems(run("csv", table, "--cluster-dir", folder))
    assert len(told) == 2
    assert all(problem.startswith(str(folder / "machines.yaml")) for problem in told)
    assert snapshot(folder) == before


def test_modes_and_line_ends_of_files_stay(folder: Path, table: Path) -> None:
    run("csv", table, "--cluster-dir", folder)
    machines = folder / "machines.yaml"
    machines.write_bytes(machines.read_bytes().replace(b"\n", b"\r\n"))
    machines.chmod(0o640)
    table.write_text(TABLE.replace("10.0.1.1", "10.0.1.2"))
    run("csv", table, "--cluster-dir", folder)
    assert stat.S_IMODE(machines.stat().st_mode) == 0o640
    assert machines.read_bytes().count(b"\n") == machines.read_bytes().count(b"\r\n")
    assert b"10.0.1.2" in machines.read_bytes()


def test_a_file_that_cannot_be_written_is_told_and_no_other_is_written(folder: Path, table: Path) -> None:
    (folder / "machines.yaml").mkdir(parents=True)
    (told,) = problems(run("csv", table, "--cluster-dir", folder))
    assert told.startswith(f"{folder / 'machines.yaml'}: cannot be written")
    assert [path.name for path in folder.iterdir()] == ["machines.yaml"]


def test_a_place_that_is_a_file_is_told(folder: Path, table: Path) -> None:
    folder.parent.write_text("")
    assert "cannot be written" in problems(run("csv", table, "--cluster-dir", folder))[0]


def test_standard_input_and_several_sources(folder: Path) -> None:
    vsphere = SAMPLES / "vsphere"
    stdin = (vsphere / "vm-info.json").read_text()
    tags = [vsphere / "tags-control-plane.json", vsphere / "tags-worker.json"]
    choice = ["--control-plane", "group:control-plane", "--worker", "group:worker"]
    result = run("vsphere", "-", *tags, "--cluster-dir", folder, *choice, stdin=stdin)
    assert result.exit_code == 0, result.output
    assert "left out jenkins" in result.stdout
    assert "3 added" in result.stdout


def test_what_powershell_writes_is_read(folder: Path) -> None:
    stdin = (SAMPLES / "terraform/output-kubeone.json").read_text().encode("utf-16")
    assert run("terraform", "-", "--cluster-dir", folder, stdin=stdin).exit_code == 0


def test_a_folder_of_terraform_has_its_state(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "infra").mkdir()
    (told,) = problems(run("terraform", tmp_path / "infra", "--cluster-dir", folder))
    assert "terraform show -json | trailboss import terraform -" in told
    state = (SAMPLES / "terraform/state-hetzner.tfstate").read_text()
    (tmp_path / "infra" / "terraform.tfstate").write_text(state)
    assert "4 added" in run("terraform", tmp_path / "infra", "--cluster-dir", folder).stdout


def test_every_source_that_cannot_be_read_is_told(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\x00\xfa")
    told = problems(run("csv", tmp_path / "none", tmp_path / "binary", "-", "-", "--cluster-dir", folder, stdin=TABLE))
    assert [words for problem in told for words in ("once only", "No such file", "UTF-8") if words in problem] == [
        "once only",
        "No such file",
        "UTF-8",
    ]


def test_a_whole_repository_is_no_clusters_folder(folder: Path, table: Path) -> None:
    folder.mkdir(parents=True)
    (told,) = problems(run("csv", table, "--cluster-dir", folder.parents[1]))
    assert "a whole repository" in told


def test_without_ansible_it_is_told_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(ansible_inventory.importlib.util, "find_spec", lambda _: None)
    (told,) = problems(run("ansible", SAMPLES / "ansible/kubespray.ini", "--cluster-dir", folder))
    assert "pip install 'trailboss[ansible]'" in told


def test_what_ansible_lists_needs_no_ansible(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ansible_inventory, "_program", lambda _: pytest.fail("Ansible was asked"))
    listed = {"_meta": {"hostvars": {"m": {"ansible_host": "10.0.0.1"}}}, "masters": {"hosts": ["m"]}}
    assert run("ansible", "-", "--cluster-dir", folder, stdin=json.dumps(listed)).exit_code == 0


def test_ansibles_own_words_tell_what_is_wrong_and_no_secrets(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("ansible", reason="needs ansible-core, Ansible's own loader")
    (tmp_path / "hosts.yml").write_text("all:\n  vars:\n    ansible_password: hunter2\n   hosts: {a: }\n")
    (told,) = problems(run("ansible", tmp_path / "hosts.yml", "--cluster-dir", folder))
    assert "Ansible cannot read it" in told
    assert "hunter2" not in told


def test_inventories_of_ansible_are_read_together(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("ansible", reason="needs ansible-core, Ansible's own loader")
    (tmp_path / "a.ini").write_text("[masters]\nm1 ansible_host=10.0.0.1\n")
    (tmp_path / "b.ini").write_text("[workers]\nw1 ansible_host=10.0.1.1\n[all:vars]\nansible_user=ops\n")
    result = run("ansible", tmp_path / "a.ini", tmp_path / "b.ini", "--cluster-dir", folder)
    assert result.exit_code == 0, result.output
    assert "user: ops" in (folder / "cluster.yaml").read_text()


@pytest.mark.parametrize("kind", ["terraform", "ansible", "salt", "chef", "vsphere", "csv"])
def test_every_kind_has_an_example_in_its_help(kind: str) -> None:
    shown = " ".join(run(kind, "--help").stdout.split())
    assert "Examples:" in shown
    assert f"trailboss import {kind}" in shown
