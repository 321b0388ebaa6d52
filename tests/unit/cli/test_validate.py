import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from trailboss.cli.validate import validate

MANIFESTS = Path(__file__).parents[1] / "manifests"
TEN_MISTAKES = MANIFESTS / "ten-mistakes"
GOOD = f"{(MANIFESTS / 'good/cluster.yaml').read_text()}---\n{(MANIFESTS / 'good/cp-1.yaml').read_text()}"


def run(*arguments: str | Path) -> Result:
    app = typer.Typer()
    app.command()(validate)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "clusters" / "demo"
    folder.mkdir(parents=True)
    (folder / "all.yaml").write_text(GOOD)
    return tmp_path


def marked(tree: Path) -> list[tuple[str, str]]:
    """Return place and words of each mistake, as `# PROBLEM …` marks it."""
    return [
        (f"{file}:{number}", words.strip())
        for file in sorted(tree.rglob("*.yaml"))
        for number, line in enumerate(file.read_text().splitlines(), start=1)
        for words in re.findall("# PROBLEM (.+)", line)
    ]


def test_all_ten_mistakes_are_told_with_their_lines() -> None:
    result = run(TEN_MISTAKES)
    assert result.exit_code == 2
    assert len(marked(TEN_MISTAKES)) == 10
    blocks = re.split(r"\n(?=\S)", result.stdout)
    for place, words in marked(TEN_MISTAKES):
        assert any(block.split()[0] == place and words in block for block in blocks), (place, result.stdout)
    assert "10 problems in 4 files" in result.stdout


def test_json_holds_place_field_found_and_allowed() -> None:
    result = run(TEN_MISTAKES, "--output", "json")
    assert result.exit_code == 2
    document = json.loads(result.stdout)
    assert document["clusters"] == []
    assert len(document["problems"]) == 10
    assert {
        "file": str(TEN_MISTAKES / "clusters/herd/cluster.yaml"),
        "document": 2,
        "line": 19,
        "field": "spec.ssh.port",
        "found": "70000 (a number)",
        "allowed": "a number from 1 to 65535",
        "message": "out of range",
        "severity": "error",
    } in document["problems"]


def test_the_command_itself_ends_with_2() -> None:
    command = [sys.executable, "-c", "from trailboss.cli.main import main; main()", "validate", str(TEN_MISTAKES)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 2, ended.stderr
    assert "10 problems" in ended.stdout


def test_validating_imports_nothing_that_connects() -> None:
    code = (
        "import sys, trailboss.cli.validate\n"
        "print([name for name in ('temporalio', 'kubernetes', 'asyncssh', 'pygit2', 'jinja2') if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


def test_a_good_repository_gives_one_line_for_each_cluster(repository: Path) -> None:
    result = run(repository)
    assert (result.exit_code, result.stdout) == (0, "demo: Kubernetes 1.34.4, 1 control plane, 0 workers\n")


@pytest.mark.parametrize("path", ["", "clusters", "clusters/demo", "clusters/demo/all.yaml"])
def test_a_repository_its_clusters_one_folder_or_a_file(repository: Path, path: str) -> None:
    result = run(repository / path, "--output", "json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "clusters": [{"name": "demo", "kubernetes_version": "1.34.4", "control_planes": 1, "workers": 0}],
        "problems": [],
    }


def test_the_folders_name_is_checked_from_inside_too(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = (repository / "clusters" / "demo").rename(repository / "clusters" / "edge")
    monkeypatch.chdir(folder)
    result = run(".")
    assert result.exit_code == 2
    assert "all.yaml:3 metadata.name\n  error: the cluster and its folder must have the same name" in result.stdout


def test_another_folder_of_clusters_can_be_named(repository: Path) -> None:
    (repository / "clusters").rename(repository / "herds")
    assert "demo: Kubernetes" in run(repository, "--path", "herds").stdout


def test_files_named_together_belong_together(tmp_path: Path) -> None:
    (tmp_path / "cluster.yaml").write_text((MANIFESTS / "good/cluster.yaml").read_text())
    (tmp_path / "machines.yaml").write_text((MANIFESTS / "good/cp-1.yaml").read_text())
    assert run(tmp_path / "cluster.yaml", tmp_path / "machines.yaml").exit_code == 0
    assert run(tmp_path / "machines.yaml").exit_code == 2


def test_warnings_are_told_and_exit_with_0(repository: Path) -> None:
    second = (MANIFESTS / "good/cp-1.yaml").read_text().replace("cp-1", "cp-2").replace("0.11", "0.12")
    (repository / "clusters" / "demo" / "second.yaml").write_text(second)
    result = run(repository)
    assert result.exit_code == 0
    assert "warning: 2 control planes survive" in result.stdout
    assert "demo: Kubernetes 1.34.4, 2 control planes, 0 workers" in result.stdout


def test_what_is_not_there_or_not_a_manifest_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "empty").mkdir()
    for path, words in (
        ("nowhere", "there is no such file or folder"),
        ("notes.txt", "not a manifest by its name"),
        ("empty", "no manifests (*.yaml, *.yml) here"),
    ):
        result = run(tmp_path / path)
        assert result.exit_code == 2
        assert result.stdout.startswith(f"{tmp_path / path}\n  error: {words}")
        assert "1 problem in 1 file" in result.stdout


def test_bytes_that_are_no_text_are_told(repository: Path) -> None:
    (repository / "clusters" / "demo" / "latin.yaml").write_bytes(b"name: caf\xe9\n")
    result = run(repository)
    assert result.exit_code == 2
    assert "found: byte 0xe9 at offset 9" in result.stdout


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_cannot_be_read_is_told(repository: Path) -> None:
    (repository / "clusters" / "demo" / "all.yaml").chmod(0)
    result = run(repository)
    assert result.exit_code == 2
    assert "cannot be read: Permission denied" in result.stdout


def test_files_that_go_to_hosts_are_found_however_the_manifest_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "clusters" / "demo"
    (folder / "files").mkdir(parents=True)
    wanted = "files: [{path: /etc/motd, contentFrom: files/motd.txt}]"
    given = GOOD.replace("{kubernetesVersion: 1.34.4}", f"{{kubernetesVersion: 1.34.4, {wanted}}}")
    (folder / "all.yaml").write_text(given)
    ways = (tmp_path, folder, folder / "all.yaml")
    assert [run(way).exit_code for way in ways] == [2, 2, 2]
    (folder / "files" / "motd.txt").write_text("hello\n")
    (folder / "picture.png").write_bytes(b"\x89PNG\xff")
    assert [run(way).exit_code for way in ways] == [0, 0, 0]


WKSCTL = """\
apiVersion: cluster.k8s.io/v1alpha1
kind: Cluster
metadata: {name: old}
spec:
  providerSpec:
    value:
      user: root
      kubernetesVersion: 1.34.4
      os: {files: [{source: {configmap: words, key: a}, destination: /etc/a}]}
---
apiVersion: cluster.k8s.io/v1alpha1
kind: Machine
metadata: {name: master-0, labels: {set: master}}
spec: {providerSpec: {value: {address: 10.0.0.11}}}
"""
WORDS = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: words}\ndata: {a: hello}\n"


@pytest.mark.parametrize(
    "arguments", [["."], ["setup"], [".", "--path", "setup"], ["setup/cluster.yaml"], ["setup", "--path", "."]]
)
def test_wksctl_s_files_are_found_however_they_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("setup").mkdir()
    Path("setup/cluster.yaml").write_text(WKSCTL)
    Path("setup/words-config.yaml").write_text(WORDS)
    result = run(*arguments)
    assert (result.exit_code, result.output) == (0, "old: Kubernetes 1.34.4, 1 control plane, 0 workers\n")


def test_addons_are_found_from_a_repository_a_folder_of_clusters_and_one_of_them(repository: Path) -> None:
    demo = repository / "clusters" / "demo"
    text = GOOD.replace(
        "kubernetesVersion: 1.34.4", "kubernetesVersion: 1.34.4, addons: [{name: a, manifests: [x.yaml]}]"
    )
    (demo / "all.yaml").write_text(text)
    for path in (repository, repository / "clusters", demo):
        assert "no such file or folder in the repository" in run(path).stdout
    (repository / "addons").mkdir()
    (repository / "addons" / "x.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n")
    (repository / "addons" / "archive.tgz").write_bytes(b"\xff")
    for path in (repository, repository / "clusters", demo):
        assert run(path).exit_code == 0, run(path).stdout


def test_a_command_that_addons_need_and_this_machine_lacks_is_a_warning(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    addon = "{name: a, helm: {chart: c}}"
    text = GOOD.replace("kubernetesVersion: 1.34.4", f"kubernetesVersion: 1.34.4, addons: [{addon}]")
    (repository / "clusters" / "demo" / "all.yaml").write_text(text)
    (repository / "addons" / "c").mkdir(parents=True)
    (repository / "addons" / "c" / "Chart.yaml").write_text("name: c")
    monkeypatch.setenv("PATH", str(repository))
    result = run(repository)
    assert result.exit_code == 0
    assert "helm is not on this machine's PATH, and the worker needs it" in result.stdout
