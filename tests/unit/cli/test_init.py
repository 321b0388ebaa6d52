import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from trailboss.cli.init import init
from trailboss.manifests import load_cluster
from trailboss.model.cluster import Cluster, Endpoint
from trailboss.model.errors import BadInput
from trailboss.model.machine import SSHAccess


def run(*arguments: str | Path) -> Result:
    app = typer.Typer()
    app.command()(init)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def loaded(directory: Path, name: str = "demo") -> Cluster:
    files = (directory / "clusters" / name).iterdir()
    return load_cluster({f"clusters/{name}/{file.name}": file.read_text() for file in files})


def problems(result: Result) -> list[str]:
    """Return the problems that the command line prints before it ends with 2 (see test_main.py)."""
    assert isinstance(result.exception, BadInput), result.output
    return [str(problem) for problem in result.exception.problems]


def test_options_become_a_cluster(tmp_path: Path) -> None:
    result = run(
        *(tmp_path / "repo", "--name", "edge", "--kubernetes", "v1.33.4", "--endpoint", "10.0.0.10:8443"),
        *("--control-plane", "10.0.0.11", "--control-plane", "10.0.0.12", "--control-plane", "last=10.0.0.13"),
        *("--worker", "10.0.0.21", "--user", "ops", "--key-file", "/etc/trailboss/key"),
    )
    assert result.exit_code == 0, result.output
    cluster = loaded(tmp_path / "repo", "edge")
    assert (cluster.kubernetes_version, cluster.endpoint) == ("1.33.4", Endpoint(host="10.0.0.10", port=8443))
    machines = {machine.name: (machine.role, machine.address) for machine in cluster.machines}
    assert machines == {
        "cp-1": ("control-plane", "10.0.0.11"),
        "cp-2": ("control-plane", "10.0.0.12"),
        "last": ("control-plane", "10.0.0.13"),
        "worker-1": ("worker", "10.0.0.21"),
    }
    assert {machine.ssh for machine in cluster.machines} == {SSHAccess(user="ops", key_file="/etc/trailboss/key")}


def test_without_machines_examples_are_written_and_said_to_be_some(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert result.exit_code == 0, result.output
    assert len(loaded(tmp_path).machines) == 4
    assert "the addresses are examples" in result.stdout
    assert f"trailboss validate {tmp_path}" in result.stdout


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_a_git_repository_is_made_and_one_around_it_is_kept(tmp_path: Path) -> None:
    run(tmp_path / "repo")
    assert (tmp_path / "repo" / ".git" / "HEAD").read_text() == "ref: refs/heads/main\n"
    run(tmp_path / "repo" / "inside")
    assert not (tmp_path / "repo" / "inside" / ".git").exists()


def test_without_git_the_next_steps_name_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    result = run(tmp_path)
    assert result.exit_code == 0
    assert f"git init {tmp_path}" in result.stdout


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    run(tmp_path, "--control-plane", "10.0.0.11")
    before = (tmp_path / "clusters/demo/machines.yaml").read_text()
    result = run(tmp_path, "--control-plane", "10.0.0.99")
    (problem,) = problems(result)
    assert problem.startswith(f"{tmp_path / 'clusters/demo/machines.yaml'} (document 1): is there already")
    assert (tmp_path / "clusters/demo/machines.yaml").read_text() == before


def test_a_run_that_was_cut_off_can_be_run_again(tmp_path: Path) -> None:
    run(tmp_path)
    (tmp_path / "clusters/demo/machines.yaml").unlink()
    (tmp_path / "clusters/demo/.machines.yaml.half").write_text("apiVer")
    assert run(tmp_path).exit_code == 0
    assert len(loaded(tmp_path).machines) == 4
    assert not list(tmp_path.rglob("*.half"))


def test_a_second_cluster_joins_the_first_and_ones_own_files_stay(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    run(tmp_path)
    result = run(tmp_path, "--name", "edge", "--control-plane", "10.0.1.11")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "README.md").read_text() == "mine"
    assert f"kept {tmp_path / 'README.md'}" in result.stdout
    assert loaded(tmp_path, "edge").machine("cp-1").address == "10.0.1.11"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--control-plane", "10.0.0.300"], "neither an IP address nor a DNS name"),
        (["--worker", "10.0.0.1"], "the cluster has no control plane"),
        (["--kubernetes", "1.20.1"], "not supported"),
        (["--name", "My_Cluster"], "not a name for a cluster"),
        (["--endpoint", "10.0.0.1:http"], "a port from 1 to 65535"),
        (["--key-file", "id_rsa"], "not a full path"),
    ],
)
def test_bad_options_write_nothing(tmp_path: Path, options: list[str], words: str) -> None:
    assert any(words in problem for problem in problems(run(tmp_path / "repo", *options)))
    assert not (tmp_path / "repo").exists()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (problem,) = problems(run(tmp_path / "file"))
    assert "cannot be written" in problem
