"""Addons as manifests have them, with the files that they lead to."""

from pathlib import Path

import pytest

from trailboss.manifests import load_cluster, load_tree, named_shared
from trailboss.model.addons import Addon

GOOD = Path(__file__).parent / "good"
CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"
FOLDER = "clusters/demo/"


def files(addons: str, **others: str) -> dict[str, str]:
    """`others`: path → text, with __ for / and _ for a dot."""
    spec = f"spec:\n  kubernetesVersion: 1.34.4\n  podNetwork: none\n  addons:\n{addons}"
    ours = f"apiVersion: trailboss.dev/v1alpha1\nkind: SSHCluster\nmetadata: {{name: demo}}\n{spec}"
    texts = {f"{FOLDER}{name}.yaml": (GOOD / f"{name}.yaml").read_text() for name in ("top", "cp-1")}
    named = {path.replace("__", "/").replace("_yaml", ".yaml"): text for path, text in others.items()}
    return {**texts, f"{FOLDER}ssh.yaml": ours, **named}


def addon(texts: dict[str, str]) -> Addon:
    return load_cluster(texts).addons[0]


def test_paths_are_below_addons_or_with_a_dot_beside_the_manifest() -> None:
    texts = files("  - {name: a, manifests: [x.yaml, ./y.yaml]}", addons__x_yaml=CONFIG_MAP)
    found = addon({**texts, f"{FOLDER}y.yaml": CONFIG_MAP})
    assert found.manifests == found.files == ("addons/x.yaml", "clusters/demo/y.yaml")


def test_files_of_addons_are_no_manifests_of_clusters() -> None:
    texts = files("  - {name: a, manifests: [./more]}", addons__unused_yaml="not: {closed")
    texts[f"{FOLDER}more/x.yaml"] = CONFIG_MAP
    assert load_tree(texts).problems == ()
    texts[f"{FOLDER}other.yaml"] = CONFIG_MAP
    assert [problem.file for problem in load_tree(texts).problems] == [f"{FOLDER}other.yaml"]


def test_a_folder_is_all_of_its_manifests() -> None:
    texts = files("  - {name: a, manifests: [d]}", addons__d__b_yaml=CONFIG_MAP, addons__d__e__a_yaml=CONFIG_MAP)
    found = addon({**texts, "addons/d/README.md": "words", "addons/d/.hidden/c.yaml": "no: {"})
    assert found.files == ("addons/d/b.yaml", "addons/d/e/a.yaml")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: {b", 1, "not valid YAML"),
        ("a: 1\na: 2\n", 2, "the key a is written twice"),
        ("---\n---\nkind: ConfigMap\n", 3, "without apiVersion or kind"),
        ("apiVersion: v1\nkind: Pod\nmetadata: {generateName: x-}\n", 1, "a Pod without a name"),
        (f"{CONFIG_MAP}---\n- 1\n", 5, "not a Kubernetes object"),
        (CONFIG_MAP.replace("name: x", "name: x, labels: {a: 1}"), 1, "labels must be texts"),
        (CONFIG_MAP.replace("name: x", 'name: x, annotations: {helm.sh/hook-weight: "a"}'), 1, "a whole number"),
        (
            f"{CONFIG_MAP}data:\n  k: |\n    -----BEGIN RSA PRIVATE KEY-----\n    bm90IGEga2V5\n",
            6,
            "a secret must not be",
        ),
    ],
)
def test_what_is_wrong_with_a_file_of_an_addon_is_told_where_it_stands(text: str, line: int, words: str) -> None:
    loaded = load_tree(files("  - {name: a, manifests: [x.yaml]}", addons__x_yaml=text))
    (problem,) = loaded.problems
    assert (problem.file, problem.line) == ("addons/x.yaml", line)
    assert words in problem.message
    assert "bm90" not in str(problem)


def test_what_two_clusters_share_is_told_once() -> None:
    texts = files("  - {name: a, manifests: [x.yaml]}", addons__x_yaml="a: {b")
    other = {path.replace("demo", "other"): text.replace("name: demo", "name: other") for path, text in texts.items()}
    other = {path: text.replace("clusterName: demo", "clusterName: other") for path, text in other.items()}
    errors = load_tree({**texts, **other}).errors
    assert [problem.file for problem in errors] == ["addons/x.yaml"]


def test_a_kustomization_is_followed_to_all_that_it_leads_to() -> None:
    texts = files("  - {name: a, kustomize: ./k}")
    base = {"addons/base/kustomization.yaml": "resources: [x.yaml]\n", "addons/base/x.yaml": CONFIG_MAP}
    generator = "configMapGenerator: [{name: c, files: [a=f.txt]}]"
    overlay = f"resources: [../../../addons/base]\npatches: [{{path: p.yaml}}]\n{generator}"
    own = {"kustomization.yaml": overlay, "p.yaml": "a: 1", "f.txt": "words"}
    texts |= base | {f"{FOLDER}k/{name}": text for name, text in own.items()}
    found = addon(texts)
    assert found.files == tuple(sorted([*base, *(f"{FOLDER}k/{name}" for name in own)]))
    assert found.needs == ("kustomize",)
    for gone, field in (("addons/base/x.yaml", "resources"), (f"{FOLDER}k/f.txt", "configMapGenerator")):
        lacking = {path: text for path, text in texts.items() if path != gone}
        assert [problem.field for problem in load_tree(lacking).errors] == [field]


def test_one_that_lists_resources_alone_needs_no_command() -> None:
    plain = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [x.yaml]\n"
    texts = files("  - {name: a, kustomize: k}", addons__k__kustomization_yaml=plain, addons__k__x_yaml=CONFIG_MAP)
    assert addon(texts).needs == ()
    texts["addons/k/kustomization.yaml"] = "resources: [https://example.org/x.yaml]"
    assert "not pinned" in load_tree(texts).errors[0].message


def test_a_chart_is_its_folder_and_the_values_of_this_cluster() -> None:
    spec = "  - {name: a, namespace: web, helm: {chart: c, valuesFrom: [./v.yaml], values: {replicas: 2}}}"
    chart = {
        "addons/c/Chart.yaml": "name: c",
        "addons/c/templates/x.yaml": "{{ not yaml",
        "addons/c/charts/d.tgz": "\udcff",
    }
    texts = files(spec) | chart | {f"{FOLDER}v.yaml": "replicas: 1"}
    found = addon(texts)
    assert found.needs == ("helm",)
    assert found.files == (*sorted(chart), f"{FOLDER}v.yaml")
    assert found.helm
    assert found.helm.release_name == "a"
    del texts["addons/c/Chart.yaml"]
    assert "without Chart.yaml" in load_tree(texts).errors[0].message


def test_the_digest_tells_what_differs_and_nothing_else() -> None:
    texts = files("  - {name: a, manifests: [x.yaml, ./y.yaml]}", addons__x_yaml=CONFIG_MAP)
    texts[f"{FOLDER}y.yaml"] = CONFIG_MAP.replace("name: x", "name: y")
    before = addon(texts).digest
    assert addon({**texts, "addons/other.yaml": "a: 1"}).digest == before
    moved = {path.replace("clusters/demo/", ""): text for path, text in texts.items()}
    assert addon(moved).digest == before
    later = texts[f"{FOLDER}ssh.yaml"].replace("name: a,", "name: a, timeout: 1m, ")
    assert addon({**texts, f"{FOLDER}ssh.yaml": later}).digest == before
    other = texts[f"{FOLDER}ssh.yaml"].replace("name: a,", "name: a, namespace: b, ")
    assert addon({**texts, f"{FOLDER}ssh.yaml": other}).digest != before
    assert addon({**texts, "addons/x.yaml": f"{CONFIG_MAP}data: {{a: b}}"}).digest != before


def test_a_poll_is_told_what_of_addons_a_cluster_takes() -> None:
    assert named_shared(files("  []")) == ()
    spec = "  - {name: a, manifests: [x.yaml, ./y.yaml]}\n  - {name: b, helm: {chart: c, valuesFrom: [v.yaml, 7]}}"
    assert named_shared(files(spec)) == ("addons/c", "addons/v.yaml", "addons/x.yaml")
    assert named_shared(files("  - {name: a, kustomize: ./k}")) == ("addons",)
    assert named_shared({f"{FOLDER}a.yaml": "addons: {"}) == ()
