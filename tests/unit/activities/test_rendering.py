"""An addon's files → its objects, with real commands where this machine has them, else with stand-ins on PATH."""

import hashlib
import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from trailboss.activities.addons import commands
from trailboss.activities.addons.rendering import Rendering
from trailboss.addons.hooks import Event
from trailboss.model.addons import Addon, Flux, HelmChart
from trailboss.model.errors import StepFailed, TemporaryError

CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"
# Prints what it was given, as a manifest.
STAND_IN = """#!/bin/sh
echo "apiVersion: v1"; echo "kind: ConfigMap"; echo "metadata: {name: told}"; echo "data:"
echo "  arguments: '$*'"; echo "  kubeconfig: '$KUBECONFIG'"; echo "  secret: '$AWS_SECRET_ACCESS_KEY'"
echo "  files: '$(find . -type f | sort | tr '\\n' ' ')'"
[ -z "$FAIL" ] || exit 1
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on PATH, before all others."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
    return folder


def stand_in(folder: Path, name: str, script: str = STAND_IN) -> None:
    (folder / name).write_text(script)
    (folder / name).chmod(0o755)


async def rendered(
    addon: Addon, texts: dict[str, str], kept: Path, event: Event = "install"
) -> list[dict[str, object]]:
    made = await Rendering(addon, texts, "1.34.4", kept).objects(event)
    return [one.body for one in made]


async def test_helm_gets_the_chart_its_values_and_nothing_of_the_worker(program: Path, tmp_path: Path) -> None:
    stand_in(program, "helm")
    chart = {"addons/c/Chart.yaml": "name: c", "addons/c/charts/d.tgz": "\udcff", "addons/other.yaml": "a: 1"}
    helm = HelmChart(chart="addons/c", release_name="web", values_from=("addons/v.yaml",), values={"a": 1})
    files = ("addons/c/Chart.yaml", "addons/c/charts/d.tgz", "addons/v.yaml")
    addon = Addon(name="a", helm=helm, files=files, namespace="farm", needs=("helm",))
    (told,) = await rendered(addon, {**chart, "addons/v.yaml": "b: 2"}, tmp_path, "upgrade")
    data = told["data"]
    assert data == {
        "arguments": "template web addons/c --namespace farm --include-crds --skip-tests --kube-version 1.34.4"
        " --is-upgrade --values addons/v.yaml --values values-of-the-manifests.yaml",
        "kubeconfig": "/dev/null",
        "secret": "",
        "files": "./addons/c/Chart.yaml ./addons/c/charts/d.tgz ./addons/v.yaml ./values-of-the-manifests.yaml ",
    }


async def test_what_a_command_says_no_with_is_told(program: Path, tmp_path: Path) -> None:
    stand_in(program, "helm", "#!/bin/sh\necho 'Error: values do not meet the schema' >&2; exit 1\n")
    addon = Addon(name="a", helm=HelmChart(chart="addons/c", release_name="web"))
    with pytest.raises(StepFailed, match="helm ended with exit status 1: Error: values do not meet the schema"):
        await rendered(addon, {}, tmp_path)


async def test_a_command_that_is_not_there_is_told_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    addon = Addon(name="a", helm=HelmChart(chart="addons/c", release_name="web"), needs=("helm",))
    with pytest.raises(StepFailed, match="helm is not on the worker's PATH: install helm 3 there"):
        await rendered(addon, {}, tmp_path)
    assert commands.lacking(addon).startswith("addon a: helm is not on the worker's PATH")


async def test_one_that_does_not_end_is_stopped(program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(program, "helm", "#!/bin/sh\nexec sleep 600\n")
    monkeypatch.setattr(commands, "_WITHIN", commands.timedelta(seconds=0.1))
    with pytest.raises(TemporaryError, match="helm has not ended"):
        await rendered(Addon(name="a", helm=HelmChart(chart="c", release_name="web")), {}, tmp_path)


KUSTOMIZATION = {
    "addons/base/kustomization.yaml": "resources: [x.yaml]",
    "addons/base/x.yaml": CONFIG_MAP,
    "clusters/demo/k/kustomization.yaml": "resources: [../../../addons/base]\nnamePrefix: my-\nnamespace: farm\n",
}


@pytest.mark.skipif(not (shutil.which("kustomize") or shutil.which("kubectl")), reason="this machine has no kustomize")
async def test_an_overlay_is_built_by_kustomize(tmp_path: Path) -> None:
    files = tuple(sorted(KUSTOMIZATION))
    addon = Addon(name="a", kustomize="clusters/demo/k", files=files, needs=("kustomize",))
    (built,) = await rendered(addon, KUSTOMIZATION, tmp_path)
    assert built["metadata"] == {"name": "my-x", "namespace": "farm"}


async def test_a_plain_one_needs_no_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    texts = {**KUSTOMIZATION, "clusters/demo/k/kustomization.yaml": "resources: [../../../addons/base, y.yaml]\n"}
    texts["clusters/demo/k/y.yaml"] = CONFIG_MAP.replace("name: x", "name: y")
    built = await rendered(Addon(name="a", kustomize="clusters/demo/k", files=tuple(texts)), texts, tmp_path)
    assert [one["metadata"] for one in built] == [{"name": "x"}, {"name": "y"}]


async def test_flux_is_its_manifest_and_the_repository_to_follow(program: Path, tmp_path: Path) -> None:
    follow = Flux(install="addons/f.yaml", url="ssh://git@example.org/apps", path="./demo", secret="key")
    addon = Addon(name="flux", flux=follow, files=("addons/f.yaml",))
    installed, source, applied = await rendered(addon, {"addons/f.yaml": CONFIG_MAP}, tmp_path)
    assert installed["kind"] == "ConfigMap"
    assert source["spec"] == {
        "interval": "60s",
        "url": "ssh://git@example.org/apps",
        "ref": {"branch": "main"},
        "secretRef": {"name": "key"},
    }
    assert applied["spec"] == {
        "interval": "10m0s",
        "path": "./demo",
        "prune": True,
        "sourceRef": {"kind": "GitRepository", "name": "flux-system"},
    }
    stand_in(program, "flux")
    told, *_ = await rendered(Addon(name="flux", flux=follow.model_copy(update={"install": ""})), {}, tmp_path)
    assert told["data"]["arguments"] == "install --export --namespace flux-system"  # type: ignore[index]


@contextmanager
def serving(bodies: dict[str, bytes]) -> Iterator[tuple[str, list[str]]]:
    """Yield the address of a server, and what was asked of it."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = bodies.get(self.path)
            self.send_response(200 if body else 404)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


async def test_what_is_fetched_must_be_what_is_pinned_and_is_fetched_once(tmp_path: Path) -> None:
    pinned = hashlib.sha256(CONFIG_MAP.encode()).hexdigest()
    with serving({"/x.yaml": CONFIG_MAP.encode(), "/y.yaml": b"kind: Another"}) as (address, asked):
        addon = Addon(name="a", manifests=(f"{address}/x.yaml",), sha256=pinned)
        for _ in range(2):
            assert [one["kind"] for one in await rendered(addon, {}, tmp_path / "kept")] == ["ConfigMap"]
        assert asked == ["/x.yaml"]
        for path, words in (("y.yaml", "gives something else than the manifests pin"), ("z.yaml", "answered 404")):
            other = addon.model_copy(update={"manifests": (f"{address}/{path}",)})
            with pytest.raises(StepFailed, match=words):
                await rendered(other, {}, tmp_path / "nothing-kept")
    with pytest.raises(TemporaryError, match="cannot be fetched"):
        await rendered(addon, {}, tmp_path / "nothing-kept")
