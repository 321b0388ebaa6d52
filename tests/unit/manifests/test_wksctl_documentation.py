"""Every manifest that wksctl's documentation shows: what is told of it, and what comes of it when just that is mended.

wksctl/cases/NAME.yaml: `files` (path in a repository → file of wksctl/, as it is upstream), `errors` and `warnings`
(how each begins), `change` (line → lines in its place; only lines of fields that an error names), and the cluster.
"""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.unit.plan import world

from trailboss.manifests import Found, found_in, load_found, load_tree
from trailboss.model.cluster import Cluster
from trailboss.model.problem import Problem
from trailboss.plan import compute

HERE = Path(__file__).parent / "wksctl"
CASES = sorted((HERE / "cases").glob("*.yaml"))
FRAGMENT = HERE / "wksctl-f4fef98/environments/local-rpm-repo/README.md"

each_case = pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)


@cache
def case(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text())  # type: ignore[no-any-return]


def shown(source: str) -> str:
    """Return a manifest as it is; of a page of documentation, the first block of code."""
    text = (HERE / source).read_text()
    return text.split("```\n")[1] if source.endswith(".md") else text


def files(path: Path) -> dict[str, str]:
    return {file: shown(source) for file, source in case(path)["files"].items()}


def mended(path: Path) -> dict[str, str]:
    return {file: _changed(text, case(path)["change"].get(file, {})) for file, text in files(path).items()}


def _changed(text: str, change: dict[int, list[str]]) -> str:
    lines = (new for number, line in enumerate(text.splitlines(), start=1) for new in change.get(number, [line]))
    return "".join(f"{line}\n" for line in lines)


def told(problem: Problem) -> str:
    return f"{problem.file}:{problem.line} {problem.field}: {problem.message}".replace(":0 :", ":")


def assert_begin(problems: tuple[Problem, ...], expected: list[str]) -> None:
    found = [told(problem) for problem in problems]
    assert len(found) == len(expected), found
    assert [text for text, start in zip(found, expected, strict=True) if not text.startswith(start)] == []


def extent(text: str, line: int) -> set[int]:
    """Return the lines of the field that begins on `line`: those below it that are indented further."""
    lines = text.splitlines()
    depth = _depth(lines[line - 1])
    inside = {line}
    for number in range(line + 1, len(lines) + 1):
        if _depth(lines[number - 1]) < depth or (
            _depth(lines[number - 1]) == depth and lines[number - 1][depth] != "-"
        ):
            return inside
        if _depth(lines[number - 1]) == depth and lines[line - 1][depth] == "-":
            return inside
        inside.add(number)
    return inside


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


@each_case
def test_what_cannot_be_is_told_and_nothing_else(path: Path) -> None:
    loaded = load_tree(files(path))
    assert_begin(loaded.errors, case(path)["errors"])
    assert not loaded.clusters
    assert all(problem.allowed or "write" in problem.message or "take" in problem.message for problem in loaded.errors)


@each_case
def test_only_what_is_told_need_be_changed(path: Path) -> None:
    texts = files(path)
    named: dict[str, set[int]] = {}
    for problem in load_tree(texts).errors:
        named.setdefault(problem.file, set()).update(extent(texts[problem.file], problem.line))
    for file, change in case(path)["change"].items():
        assert change.keys() <= named[file]


@each_case
def test_mended_it_validates(path: Path) -> None:
    loaded = load_tree(mended(path))
    assert loaded.errors == ()
    assert_begin(loaded.warnings, case(path)["warnings"])
    (cluster,) = loaded.clusters
    assert [machine.name for machine in cluster.control_planes] == case(path)["control_planes"]
    assert [machine.name for machine in cluster.workers] == case(path)["workers"]
    assert [file.path for file in cluster.files] == case(path)["files_on_hosts"]
    assert {machine.kubernetes_version for machine in cluster.machines} == {"1.34.4"}


@each_case
def test_mended_it_is_found_and_read_anywhere_in_a_repository(path: Path) -> None:
    cluster = load_tree(mended(path)).clusters[0]
    at_home = {f"fleet/{cluster.name}/setup/{file}": text for file, text in mended(path).items()}
    (found,) = found_in({**at_home, "apps/web.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: repo}\n"})
    assert (found.name, found.path) == (cluster.name, f"fleet/{cluster.name}/setup")
    assert load_found(at_home, found.name) == cluster


@each_case
def test_mended_it_plans(path: Path) -> None:
    cluster = load_tree(mended(path)).clusters[0]
    plan = compute(cluster, world.observation(cluster, {}, None))
    assert plan.refusals == ()
    assert plan.kubernetes_version == "1.34.4"
    done = {(one.machine, one.operation) for one in plan.operations}
    first, *further = cluster.control_planes
    assert (first.name, "init") in done
    assert {(machine.name, "join") for machine in (*further, *cluster.workers)} <= done


def test_every_manifest_is_in_a_case() -> None:
    used = {HERE / source for path in CASES for source in case(path)["files"].values()} | {FRAGMENT}
    there = {file for file in HERE.rglob("*") if file.is_file() and file.parent.name != "cases"}
    assert there - used == {HERE / "README.md"}


def test_the_fragment_with_a_repository_of_one_s_own() -> None:
    """It shows neither a name nor a user; the repository that it has written is not left out as Google's is."""
    blocks = [block.split("\n", 1) for block in FRAGMENT.read_text().split("```")]
    shown_here = {language.strip(): _dedented(text) for language, text in blocks[1::2]}
    infrastructure = shown_here["yaml"].replace("spec:\n", "metadata: {name: a}\nspec:\n  user: root\n", 1)
    texts = {
        "cluster.yaml": f"{_CLUSTER}---\n{infrastructure}",
        "machines.yaml": _MACHINE,
        "repo-config.yaml": yaml.safe_dump(
            {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {"name": "repo"},
                "data": {"local.repo": shown_here["ini"]},
            }
        ),
    }
    loaded = load_tree(texts)
    assert loaded.problems == ()
    assert [file.path for file in loaded.clusters[0].files] == ["/etc/yum.repos.d/local.repo"]
    assert "baseurl=http://localhost:8080" in loaded.clusters[0].files[0].content


def _dedented(text: str) -> str:
    return "".join(f"{line.removeprefix('    ')}\n" for line in text.splitlines() if line.strip())


_CLUSTER = """\
apiVersion: cluster.x-k8s.io/v1alpha3
kind: Cluster
metadata: {name: a}
spec: {infrastructureRef: {apiVersion: cluster.weave.works/v1alpha3, kind: ExistingInfraCluster, name: a}}
"""
_MACHINE = """\
apiVersion: cluster.x-k8s.io/v1alpha3
kind: Machine
metadata: {name: m, labels: {set: master}}
spec:
  version: v1.34.4
  infrastructureRef: {apiVersion: cluster.weave.works/v1alpha3, kind: ExistingInfraMachine, name: m}
---
apiVersion: cluster.weave.works/v1alpha3
kind: ExistingInfraMachine
metadata: {name: m}
spec: {private: {address: 10.0.0.11, port: 22}}
"""


def test_several_pairs_in_one_repository_are_told_apart() -> None:
    texts = mended(HERE / "cases/firekube.yaml")
    staging = {f"staging/{file}": text.replace("name: example", "name: staging") for file, text in texts.items()}
    found = found_in({**texts, **staging})
    assert [(one.name, one.path) for one in found] == [("example", ""), ("staging", "staging")]
    loaded = load_tree({**texts, **staging})
    assert [cluster.name for cluster in loaded.clusters] == ["example", "staging"]
    assert loaded.errors == ()


def test_the_digest_changes_with_what_matters_and_with_nothing_else() -> None:
    texts = mended(HERE / "cases/firekube.yaml")

    def digest(**changed: str) -> str:
        (found,) = found_in({**texts, **{f"{name}.yaml".replace("_", "-"): text for name, text in changed.items()}})
        return found.digest

    before = digest()
    assert digest(podinfo="apiVersion: v1\nkind: Service\n", flux="a: b\n") == before
    for name in ("cluster", "machines", "docker_config"):
        assert digest(**{name: texts[f"{name}.yaml".replace("_", "-")] + "# more\n"}) != before


def test_a_name_is_found_where_yaml_is_broken() -> None:
    texts = mended(HERE / "cases/firekube.yaml")
    broken = {**texts, "cluster.yaml": texts["cluster.yaml"].replace("user: root", "user: [root")}
    assert found_in(broken) == (Found("example", "", found_in(broken)[0].digest),)


def test_what_the_model_holds(  # every field that wksctl has and that a documented manifest does not use
) -> None:
    (cluster,) = load_tree(EVERYTHING).clusters
    assert cluster == Cluster.model_validate_json((Path(__file__).parent / "accepted/wksctl-all.json").read_text())


EVERYTHING = {
    "cluster.yaml": """\
apiVersion: cluster.k8s.io/v1alpha1
kind: Cluster
metadata: {name: demo}
spec:
  providerSpec:
    value:
      apiVersion: baremetalproviderspec/v1alpha1
      kind: BareMetalClusterProviderSpec
      user: wks
      sshKeyPath: ~/.ssh/wks
      httpProxy: proxy.example.com:3128
      imageRepository: registry.example.com/k8s
      cloudProvider: external
      authenticationWebhook: {url: "https://auth.example.com/n", secretFile: secrets/authn.yaml, cacheTTL: 2m0s}
      authorizationWebhook:
        url: https://auth.example.com/z
        secretFile: secrets/authz.yaml
        cacheAuthorizedTTL: 5m0s
        cacheUnauthorizedTTL: 30s
      apiServer:
        externalLoadBalancer: lb.example.com
        additionalSANs: [api.example.com]
        extraArguments: [{name: audit-log-maxage, value: "30"}]
      kubeletArguments: [{name: v, value: "2"}]
""",
    "machines.yaml": """\
apiVersion: cluster.k8s.io/v1alpha1
kind: MachineList
items:
- metadata: {generateName: master-, labels: {set: master}}
  spec:
    versions: {kubelet: v1.34.4, controlPlane: v1.34.4}
    providerSpec: {value: {address: 203.0.113.11, port: 2222, privateAddress: 10.0.0.11}}
- metadata: {name: worker-1, labels: {set: node}}
  spec:
    versions: {kubelet: 1.34.4}
    providerSpec: {value: {public: {address: w-1.example.com, port: 22}, private: {address: 10.0.0.21, port: 22}}}
""",
    "secrets/authn.yaml": "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: authn}\n",
    "secrets/authz.yaml": "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: authz}\n",
}
