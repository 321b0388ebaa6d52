"""check-jsonschema, which knows nothing of Trailboss, judges every manifest that is shown anywhere by the schemas."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from trailboss.lab.hosts.model import Host, Lab
from trailboss.lab.scene import manifests
from trailboss.manifests.published.tree import every_kind
from trailboss.manifests.scaffold import ScaffoldMachine, ScaffoldSpec, scaffold

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent
MISTAKES = sorted((HERE / "ten-mistakes").rglob("*.yaml"))
BLOCK = re.compile(r"^(?P<indent> *)```ya?ml[^\n]*\n(?P<text>.*?)^(?P=indent)```", re.MULTILINE | re.DOTALL)
GROUPS = {kind.group for kind in every_kind()}


def documents(text: str) -> Iterator[str]:
    """Yield the documents of a YAML file that are manifests of ours, by their text."""
    without_directives = re.sub(r"^%.*$", "", text, flags=re.MULTILINE)
    for document in re.split(r"^---\s*$", without_directives, flags=re.MULTILINE):
        found = YAML(typ="safe", pure=True).load(document)
        if isinstance(found, dict) and "apiVersion" in found:
            inner = found["items"][0] if found.get("kind") == "List" else found
            if str(inner["apiVersion"]).rpartition("/")[0] in GROUPS:
                yield document


def shown() -> Iterator[tuple[str, str]]:
    """Yield every manifest in the documentation: where, and its text."""
    for page in sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]):
        for number, block in enumerate(BLOCK.finditer(page.read_text()), start=1):
            text = re.sub(rf"^{block['indent']}", "", block["text"], flags=re.MULTILINE)
            if "apiVersion:" in text and "# PROBLEM" not in text:
                for each, document in enumerate(documents(text), start=1):
                    yield f"{page.stem}-{number}-{each}", document


def made() -> Iterator[tuple[str, str]]:
    """Yield what `trailboss init`, the lab and the samples of what is accepted come to."""
    machines = (
        ScaffoldMachine(name="cp-1", role="control-plane", address="10.0.0.11"),
        ScaffoldMachine(name="w-1", role="worker", address="w-1.example", private_address="10.0.0.21"),
    )
    hosts = (Host(name="cp-1", role="control-plane", address="10.0.0.11", container="lab-cp-1"),)
    lab = Lab(
        name="lab", network="lab", subnet="10.0.0.0/24", edge_address="10.0.0.2", hosts=hosts,
        key_file=Path("/k"), known_hosts_file=Path("/h"), mirror_root=Path("/m"),
    )  # fmt: skip
    files = {
        **scaffold(ScaffoldSpec(name="demo", kubernetes_version="1.34.4", machines=machines)),
        **{f"lab/{name}": text for name, text in manifests(lab, cluster="demo", version="1.34.4").items()},
        **{file.name: file.read_text() for folder in ("accepted", "good") for file in (HERE / folder).glob("*.yaml")},
    }
    for name, text in files.items():
        if name.endswith(".yaml"):
            for number, document in enumerate(documents(text), start=1):
                yield f"{name.replace('/', '-')}-{number}", document


def check(schema: Path, files: list[Path]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(schema), *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)


def written(folder: Path, given: Iterator[tuple[str, str]]) -> list[Path]:
    files = []
    for name, text in given:
        files.append(folder / f"{name}.yaml")
        files[-1].write_text(text)
    return files


@pytest.mark.slow
def test_every_manifest_that_is_shown_is_good_by_the_schema_of_all(tmp_path: Path) -> None:
    files = written(tmp_path, shown())
    assert len(files) >= 4
    done = check(ROOT / "schemas/all.json", files)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_what_is_written_for_users_is_good_by_the_schema_of_all(tmp_path: Path) -> None:
    done = check(ROOT / "schemas/all.json", written(tmp_path, made()))
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_the_schema_of_each_kind_takes_what_is_shown_of_it(tmp_path: Path) -> None:
    by_schema: dict[Path, list[Path]] = {}
    for file in written(tmp_path, shown()):
        found = YAML(typ="safe", pure=True).load(file.read_text())
        if found["kind"] != "List":
            group, _, version = found["apiVersion"].rpartition("/")
            by_schema.setdefault(ROOT / "schemas" / group / f"{found['kind'].lower()}_{version}.json", []).append(file)
    for schema, files in by_schema.items():
        done = check(schema, files)
        assert done.returncode == 0, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("cluster.yaml", ["1.29.3", "usr", "70000"]),
        ("machines.yaml", ["NoScheduling"]),
        ("notes.yaml", ["apiVersion"]),
        ("worker-3.yaml", ["Failed to parse"]),
    ],
)
def test_mistakes_that_a_schema_can_see_are_refused(tmp_path: Path, file: str, words: list[str]) -> None:
    texts = next(path for path in MISTAKES if path.name == file).read_text().split("\n---\n")
    done = check(ROOT / "schemas/all.json", written(tmp_path, ((f"{n}", text) for n, text in enumerate(texts))))
    assert done.returncode == 1
    assert [word for word in words if word not in done.stdout] == []


def test_every_file_of_the_mistakes_is_judged() -> None:
    assert [path.name for path in MISTAKES] == ["cluster.yaml", "machines.yaml", "notes.yaml", "worker-3.yaml"]
