import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from trailboss.cli.convert import convert
from trailboss.cli.manifest_paths import read_manifests
from trailboss.model.errors import BadInput

MANIFESTS = Path(__file__).parents[1] / "manifests"
FIREKUBE = MANIFESTS / "wksctl/firekube-b494f84"
AFTER = MANIFESTS / "converted/later/after"
MENDED = ("--kubernetes-version", "v1.34.4", "--containerd")


def run(*arguments: str | Path) -> Result:
    app = typer.Typer()
    app.command()(convert)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def texts(folder: Path) -> dict[str, str]:
    return {str(file.relative_to(folder)): file.read_text() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture
def later(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MANIFESTS / "converted/later/before", tmp_path / "repo/setup"))


@pytest.fixture
def firekube(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIREKUBE, tmp_path / "firekube"))


def test_in_place_manifests_go_where_todays_are_looked_for(later: Path) -> None:
    repository = later.parent
    result = run(repository, "--in-place")
    assert result.exit_code == 0, result.output
    assert texts(repository) == {f"clusters/demo/{name}": text for name, text in texts(AFTER).items()}
    assert f"wrote {repository}/clusters/demo/cluster.yaml" in result.output
    assert "nothing to convert" in run(repository, "--in-place").output


def test_printed_and_compared_nothing_is_written(later: Path) -> None:
    before = texts(later)
    printed, compared = run(later), run(later, "--diff")
    assert printed.stdout == f"{(AFTER / 'cluster.yaml').read_text()}---\n{(AFTER / 'machines.yaml').read_text()}"
    assert "+  privateAddress: 10.0.0.11\n" in compared.stdout
    assert f"--- {later}/machines.yaml" in compared.stdout
    assert texts(later) == before


def test_single_files_stay_where_they_are(later: Path) -> None:
    (later / "notes.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
    result = run(later / "cluster.yaml", later / "machines.yaml", "--in-place")
    assert result.exit_code == 0, result.output
    assert {name: text for name, text in texts(later).items() if name != "notes.yaml"} == texts(AFTER)


def test_another_folder_takes_what_is_new_and_is_never_overwritten(later: Path, tmp_path: Path) -> None:
    before = texts(later)
    assert run(later, "--output-dir", tmp_path / "new").exit_code == 0
    assert texts(tmp_path / "new") == {f"clusters/demo/{name}": text for name, text in texts(AFTER).items()}
    assert texts(later) == before
    assert run(later, "--output-dir", tmp_path / "new").exit_code == 0
    (tmp_path / "new/clusters/demo/cluster.yaml").write_text("mine")
    refused = run(later, "--output-dir", tmp_path / "new").exception
    assert isinstance(refused, BadInput)
    assert "never overwritten" in str(refused)


def test_every_problem_is_told_and_nothing_is_changed(firekube: Path) -> None:
    before = texts(firekube)
    result = run(firekube, "--in-place")
    assert result.exit_code == 2
    for words in (
        "no version of Kubernetes is given",
        "docker cannot run containers",
        "spec.providerSpec.value.cri.package",
    ):
        assert words in result.output
    assert texts(firekube) == before


def test_a_whole_repository_of_wksctl_s(firekube: Path) -> None:
    before = texts(firekube)
    assert run(firekube, "--in-place", *MENDED).exit_code == 0
    after = texts(firekube)
    made = {name for name in after if name.startswith("clusters/")}
    assert made == {"clusters/example/cluster.yaml", "clusters/example/machines.yaml"}
    # What Flux applied stays where it is.
    assert {name: after[name] for name in after.keys() - made} == {
        name: text for name, text in before.items() if name not in {"cluster.yaml", "machines.yaml"}
    }
    (read,) = read_manifests([firekube], "clusters")
    assert read.load().errors == ()
    assert [cluster.kubernetes_version for cluster in read.load().clusters] == ["1.34.4"]


def test_inside_the_folder_of_one_cluster_what_describes_none_goes_out(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FIREKUBE, tmp_path / "clusters/example"))
    result = run(folder, "--in-place", *MENDED)
    assert result.exit_code == 0, result.output
    assert sorted(texts(folder)) == ["cluster.yaml", "machines.yaml"]
    assert (tmp_path / "left-alone/example/flux.yaml").read_text() == (FIREKUBE / "flux.yaml").read_text()
    (read,) = read_manifests([tmp_path], "clusters")
    assert read.load().problems == ()


def test_a_document_that_describes_no_cluster_leaves_the_file(later: Path) -> None:
    other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
    (later / "cluster.yaml").write_text(f"{(later / 'cluster.yaml').read_text()}---\n{other}")
    assert run(later / "cluster.yaml", later / "machines.yaml", "--in-place").exit_code == 0
    assert texts(later) == {**texts(AFTER), "cluster-left-alone.yaml": f"---\n{other}"}


@pytest.mark.parametrize("version", ["1.16.2", "latest", "1.34"])
def test_a_version_that_is_none_is_told(later: Path, version: str) -> None:
    error = run(later, "--kubernetes-version", version).exception
    assert isinstance(error, BadInput)
    assert "--kubernetes-version" in str(error)


def test_two_ways_of_writing_are_one_too_many(later: Path) -> None:
    assert isinstance(run(later, "--in-place", "--diff").exception, BadInput)
