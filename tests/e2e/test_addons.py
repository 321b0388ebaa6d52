"""Addons on a real cluster: a definition and its object, hooks, one that fails, one that goes, one that drifts.

One story, told in order: each test goes on where the one before it ended.
"""

import asyncio
import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml
from tests.e2e import helm
from tests.e2e.ranch import NAME, POLL_SECONDS, Ranch
from tests.e2e.wanted import wanted

from trailboss.addons import applyset
from trailboss.model.progress import ClusterStatus
from trailboss.model.revision import Repository
from trailboss.triggers.schedule import add_repository

pytestmark = [pytest.mark.lab, pytest.mark.long, pytest.mark.timeout(900)]

VERSIONS = ("1.34.4",)
HOSTS = (1, 1)
EVERYONE = ("cp-1", "worker-1")
FAILS_AFTER = 20  # seconds
Json = dict[str, Any]

# The object comes before its definition by name: the order is Trailboss's.
COWS = {
    "addons/cows/a-cow.yaml": "apiVersion: example.com/v1\nkind: Cow\nmetadata: {name: berta}\nspec: {milk: 7}\n",
    "addons/cows/b-definition.yaml": """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: cows.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Cow, plural: cows, singular: cow}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {milk: {type: integer}}}}}
""",
}
GONE = """\
apiVersion: v1
kind: Namespace
metadata: {name: meadow}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: gone, namespace: meadow}
data: {a: b}
"""
LAST = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: last}\ndata: {version: first}\n"


@pytest.fixture(scope="module", autouse=True)
def helm_on_path() -> Iterator[None]:
    """Let the worker find helm, if it was built; this comes before `ranch`, which starts one."""
    before = os.environ["PATH"]
    if (helm.folder() / "helm").is_file():
        os.environ["PATH"] = f"{helm.folder()}:{before}"
    yield
    os.environ["PATH"] = before


async def test_a_cluster_stands_without_addons(ranch: Ranch) -> None:
    ranch.push(f"Kubernetes {VERSIONS[0]}")
    repository = Repository(name=NAME, url=ranch.origin.url, interval_seconds=POLL_SECONDS)
    await add_repository(ranch.temporal.client, repository)
    assert (await ranch.settles(within=600)).phase == "Ready"


async def test_a_push_of_addons_alone_applies_them_and_one_that_fails_stops_no_other(
    ranch: Ranch, tell: Callable[[str], None]
) -> None:
    image = ranch.on_host("worker-1", "ctr -n k8s.io images ls -q | grep /coredns/coredns: | head -n 1").strip()
    addons = [
        {"name": "cows", "manifests": ["cows"]},
        {"name": "web", "manifests": ["web.yaml"], "dependsOn": ["cows"], "namespace": "farm"},
        {"name": "failing", "manifests": ["failing.yaml"], "timeout": f"{FAILS_AFTER}s"},
        {"name": "after", "manifests": ["gone.yaml"], "dependsOn": ["failing"]},
        {"name": "gone", "manifests": ["gone.yaml"]},
        {"name": "last", "manifests": ["last.yaml"]},
    ]
    shared = {"addons/web.yaml": _web(image), "addons/failing.yaml": _failing(), "addons/gone.yaml": GONE}
    files = wanted(ranch, EVERYONE, addons=addons)
    ranch.push("Addons", {**files, **COWS, **shared, "addons/last.yaml": LAST})
    status = await ranch.settles(within=300)
    assert status.phase == "Ready", status.message
    assert states(status) == {
        "cows": "done",
        "web": "done",
        "failing": "failed",
        "after": "skipped",
        "gone": "done",
        "last": "done",
    }
    assert status.last_result
    assert "1 addon failed: failing" in status.last_result.summary
    (problem,) = [one.problem for one in status.addons if one.name == "failing"]
    assert "0 of 1 replicas are available (ErrImageNeverPull)" in problem
    assert status.applied
    assert status.applied.commit == ranch.commit
    shown = await asyncio.to_thread(ranch.trailboss, "status", NAME)
    assert "ErrImageNeverPull" in shown.stdout
    tell(f"6 addons: {status.last_result.summary}")


async def test_the_definition_was_there_before_its_object(ranch: Ranch) -> None:
    cow, definition = got(ranch, "cow berta"), got(ranch, "customresourcedefinition cows.example.com")
    assert definition["metadata"]["creationTimestamp"] <= cow["metadata"]["creationTimestamp"]
    assert cow["metadata"]["labels"][applyset.PART_OF] == applyset.set_id("cows")
    managers = {entry["manager"] for entry in cow["metadata"]["managedFields"]}
    assert managers == {applyset.MANAGER}


async def test_hooks_ran_before_and_after_what_they_belong_to(ranch: Ranch) -> None:
    before, after = got(ranch, "job before -n farm"), got(ranch, "job after -n farm")
    web = got(ranch, "deployment web -n farm")
    assert before["status"]["succeeded"] == after["status"]["succeeded"] == 1
    assert before["status"]["completionTime"] <= web["metadata"]["creationTimestamp"]
    available = next(one for one in web["status"]["conditions"] if one["type"] == "Available")
    assert available["lastTransitionTime"] <= after["metadata"]["creationTimestamp"]


async def test_a_retry_finds_the_failed_one_alone_still_to_be_done(ranch: Ranch) -> None:
    before = uids(ranch)
    plan = await asyncio.to_thread(ranch.trailboss, "plan", NAME, "--output", "json")
    assert [addon["name"] for addon in json.loads(plan.stdout)["addons"]] == ["failing", "after"]
    assert uids(ranch) == before


async def test_what_a_push_takes_out_goes_and_others_stay_as_they_were(ranch: Ranch) -> None:
    ranch.kubectl("cp-1", "create configmap of-others -n farm")
    before = uids(ranch)
    ranch.push("Without what fails, and without what goes", wanted(ranch, EVERYONE, addons=_kept()))
    status = await ranch.settles(within=300)
    assert (status.phase, states(status)) == ("Ready", {"cows": "done", "web": "done", "last": "done"})
    assert uids(ranch) == before
    left = ranch.kubectl("cp-1", "get namespace meadow --ignore-not-found -o name")
    assert left.strip() == ""
    assert ranch.kubectl("cp-1", "get deployment failing --ignore-not-found -o name").strip() == ""
    names = ranch.kubectl("cp-1", f"get configmaps -n kube-system -l {applyset.ADDON} -o name").split()
    assert sorted(names) == [f"configmap/trailboss-addon-{name}" for name in ("cows", "last", "web")]


async def test_a_retry_changes_nothing(ranch: Ranch) -> None:
    status = await _retried(ranch)
    assert status.last_result
    assert status.last_result.outcome == "nothing-to-do"


async def test_what_somebody_has_deleted_comes_back(ranch: Ranch) -> None:
    assert await ranch.drift() == ()
    ranch.kubectl("cp-1", "delete configmap last")
    drift = await ranch.drift()
    assert drift
    assert [line.partition(":")[0] for line in drift] == ["apply addon last"]
    status = await _retried(ranch)
    assert status.last_result
    assert "1 addon done: last" in status.last_result.summary
    assert got(ranch, "configmap last")["data"] == {"version": "first"}


async def test_a_push_of_a_shared_file_alone_reaches_the_cluster(ranch: Ranch) -> None:
    ranch.push("Another version of the last addon", {"addons/last.yaml": LAST.replace("first", "second")})
    status = await ranch.settles(within=120)
    assert status.last_result
    assert "1 addon done: last" in status.last_result.summary
    assert got(ranch, "configmap last")["data"] == {"version": "second"}


@pytest.mark.skipif(not helm.is_there(), reason="no helm: `python -m tests.e2e.helm` builds one, once")
async def test_a_chart_is_installed_and_upgraded_with_values_of_the_cluster(ranch: Ranch) -> None:
    chart = {
        "addons/chart/Chart.yaml": "apiVersion: v2\nname: chart\nversion: 0.1.0\n",
        "addons/chart/values.yaml": "milk: 1\n",
        "addons/chart/crds/sheep.yaml": COWS["addons/cows/b-definition.yaml"]
        .replace("cow", "sheep")
        .replace("Cow", "Sheep"),
        "addons/chart/templates/all.yaml": """\
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}-told, namespace: {{ .Release.Namespace }}}
data: {milk: {{ .Values.milk | quote }}, upgrade: {{ .Release.IsUpgrade | quote }}}
""",
    }
    for milk, upgrade in ((5, "false"), (6, "true")):
        told = {"chart": "chart", "releaseName": "r", "values": {"milk": milk}}
        addons = [*_kept(), {"name": "chart", "helm": told, "namespace": "charts"}]
        ranch.push(f"A chart with {milk}", {**wanted(ranch, EVERYONE, addons=addons), **chart})
        status = await ranch.settles(within=120)
        assert states(status)["chart"] == "done", status.message
        assert got(ranch, "configmap r-told -n charts")["data"] == {"milk": str(milk), "upgrade": upgrade}
    assert got(ranch, "customresourcedefinition sheeps.example.com")


def states(status: ClusterStatus) -> dict[str, str]:
    return {one.name: one.state for one in status.addons}


def got(ranch: Ranch, words: str) -> Json:
    found: Json = json.loads(ranch.kubectl("cp-1", f"get {words} -o json --show-managed-fields"))
    return found


def uids(ranch: Ranch) -> dict[str, str]:
    """Return what stays through all of the story, by name: nothing of it is ever made anew."""
    kept = ("cow berta", "deployment web -n farm", "job before -n farm", "job after -n farm", "configmap last")
    return {words: got(ranch, words)["metadata"]["uid"] for words in kept}


async def _retried(ranch: Ranch) -> ClusterStatus:
    """Plan and carry out once more, and wait for its end."""
    changes = len(await ranch.changes())
    answer = await asyncio.to_thread(ranch.trailboss, "retry", NAME)
    assert answer.returncode == 0, answer.stderr
    async with asyncio.timeout(120):
        while len(await ranch.changes()) == changes or (await ranch.status()).phase != "Ready":
            await asyncio.sleep(0.3)
    return await ranch.status()


def _kept() -> list[Json]:
    return [
        {"name": "cows", "manifests": ["cows"]},
        {"name": "web", "manifests": ["web.yaml"], "dependsOn": ["cows"], "namespace": "farm"},
        {"name": "last", "manifests": ["last.yaml"]},
    ]


def _web(image: str) -> str:
    """CoreDNS serves HTTP, and ends at once when it is asked for its version: a server and a job in one image."""
    corefile = ".:1053 {\n  health :8080\n  whoami\n}\n"
    container = {
        "name": "web",
        "image": image,
        "imagePullPolicy": "Never",
        "args": ["-conf", "/etc/web/Corefile"],
        "readinessProbe": {"httpGet": {"path": "/health", "port": 8080}, "periodSeconds": 1},
        "volumeMounts": [{"name": "web", "mountPath": "/etc/web"}],
    }
    pod = {"containers": [container], "volumes": [{"name": "web", "configMap": {"name": "web"}}]}
    labels = {"app": "web"}
    web = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": pod},
        },
    }
    files = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"}, "data": {"Corefile": corefile}}
    return yaml.safe_dump_all(
        [_hook("after", "post-install", image), web, files, _hook("before", "pre-install", image)]
    )


def _hook(name: str, when: str, image: str) -> Json:
    container = {"name": "job", "image": image, "imagePullPolicy": "Never", "args": ["-version"]}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "annotations": {"helm.sh/hook": when}},
        "spec": {"backoffLimit": 0, "template": {"spec": {"restartPolicy": "Never", "containers": [container]}}},
    }


def _failing() -> str:
    container = {"name": "c", "image": "example.invalid/no-such-image:1", "imagePullPolicy": "Never"}
    labels = {"app": "failing"}
    spec = {
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
    }
    return yaml.safe_dump(
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "failing"}, "spec": spec}
    )
