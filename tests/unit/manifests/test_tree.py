"""Which files belong together, and what `load_cluster` and `load_tree` do with a whole repository."""

from pathlib import Path

import pytest

from trailboss.manifests import load_cluster, load_tree
from trailboss.model.errors import BadInput

GOOD = Path(__file__).parent / "good"
CLUSTER = (GOOD / "cluster.yaml").read_text()
CONTROL_PLANE = (GOOD / "cp-1.yaml").read_text()
BOTH = f"{CLUSTER}---\n{CONTROL_PLANE}"


def other(text: str, name: str, address: str) -> str:
    return text.replace("demo", name).replace("10.0.0.11", address)


def messages(files: dict[str, str]) -> list[str]:
    return [str(problem) for problem in load_tree(files).problems]


def test_each_folder_of_clusters_is_one_cluster() -> None:
    files = {
        "clusters/demo/cluster.yaml": CLUSTER,
        "clusters/demo/deeper/machines.yml": CONTROL_PLANE,
        "clusters/edge/all.yaml": other(BOTH, "edge", "10.0.1.11"),
        "clusters/README.md": "text",
        "clusters/demo/.hidden/x.yaml": "a: b",
        ".github/workflows/ci.yaml": "on: push",
        "compose.yaml": "services: {}",
    }
    loaded = load_tree(files)
    assert [cluster.name for cluster in loaded.clusters] == ["demo", "edge"]
    assert loaded.problems == ()


def test_without_a_folder_clusters_all_files_belong_together() -> None:
    loaded = load_tree({"setup/cluster.yaml": CLUSTER, "setup/machines.yaml": CONTROL_PLANE})
    assert [cluster.name for cluster in loaded.clusters] == ["demo"]


def test_a_mistake_in_one_cluster_leaves_the_others() -> None:
    loaded = load_tree({"clusters/bad/x.yaml": "a: b: c", "clusters/demo/all.yaml": BOTH})
    assert [cluster.name for cluster in loaded.clusters] == ["demo"]
    assert {problem.file for problem in loaded.errors} == {"clusters/bad/x.yaml", "clusters/bad"}


def test_a_folder_without_a_cluster_is_told() -> None:
    assert messages({"clusters/empty/README.md": ""}) == [
        "clusters/empty (document 1): no Cluster is described here; allowed: one Cluster of cluster.x-k8s.io"
    ]


def test_no_file_at_all_is_told() -> None:
    assert messages({}) == [". (document 1): no Cluster is described here; allowed: one Cluster of cluster.x-k8s.io"]


def test_a_manifest_beside_the_folders_belongs_to_no_cluster() -> None:
    (message,) = messages({"clusters/stray.yaml": BOTH, "clusters/demo/all.yaml": BOTH})
    assert message.startswith("clusters/stray.yaml (document 1): belongs to no cluster")


def test_a_host_in_two_clusters_is_a_warning() -> None:
    loaded = load_tree({"clusters/demo/a.yaml": BOTH, "clusters/edge/a.yaml": BOTH.replace("demo", "edge")})
    assert [cluster.name for cluster in loaded.clusters] == ["demo", "edge"]
    assert [problem.found for problem in loaded.warnings] == ["10.0.0.11, also cp-1 of demo"]
    assert loaded.errors == ()


def test_load_cluster_takes_the_name_from_the_folder_or_the_caller() -> None:
    assert load_cluster({"clusters/demo/all.yaml": BOTH}).name == "demo"
    assert load_cluster({"herds/demo/all.yaml": BOTH}, name="demo").name == "demo"
    with pytest.raises(BadInput, match="must have the same name"):
        load_cluster({"clusters/edge/all.yaml": BOTH})
    with pytest.raises(BadInput, match="must have the same name"):
        load_cluster({"herds/demo/all.yaml": BOTH}, name="edge")


def test_load_cluster_raises_every_error_in_the_order_of_the_files() -> None:
    files = {"b.yaml": BOTH.replace("10.0.0.11", "nowhere!"), "a.yaml": "kind: [\n"}
    with pytest.raises(BadInput) as caught:
        load_cluster(files)
    assert [(problem.file, problem.line) for problem in caught.value.problems] == [("a.yaml", 2), ("b.yaml", 22)]


def test_load_cluster_refuses_two_clusters() -> None:
    with pytest.raises(BadInput, match="more than one cluster"):
        load_cluster({"a.yaml": BOTH, "b.yaml": other(BOTH, "edge", "10.0.1.11").replace("cp-1", "cp-2")})


def test_an_unreadable_document_is_told_once_where_its_objects_are_missed() -> None:
    machine = CONTROL_PLANE.replace("spec: {role: control-plane, address: 10.0.0.11}", "spec: {role: control-plane")
    problems = load_tree({"clusters/demo/a.yaml": CLUSTER, "clusters/demo/b.yaml": machine}).problems
    assert [(problem.file, problem.message[:14]) for problem in problems] == [
        ("clusters/demo/b.yaml", "not valid YAML")
    ]
