"""A small registry and release server in memory: what dl.k8s.io and registry.k8s.io answer, with their redirects."""

import hashlib
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.console import Console

from trailboss.lab.mirror.errors import MirrorFailed
from trailboss.lab.mirror.layout import Reference
from trailboss.lab.mirror.progress import Report
from trailboss.lab.mirror.upstream.source import UpstreamSource, client

REFERENCE = Reference.parse("registry.k8s.io/coredns/coredns:v1.12.1")
INDEX = "application/vnd.oci.image.index.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def _digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


class Registry:
    """Serves one image for amd64 and one for arm64; blobs by way of another host, as registry.k8s.io does."""

    def __init__(self, list_type: str = INDEX) -> None:
        self.files: dict[str, tuple[str, bytes]] = {}
        self.platforms = [self._image(arch) for arch in ("arm64", "amd64")]
        self.publish(list_type)

    def publish(self, list_type: str) -> None:
        content = {"schemaVersion": 2, "mediaType": list_type, "manifests": self.platforms}
        self._put("manifests/v1.12.1", list_type, json.dumps(content).encode())

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "registry.k8s.io" and "/blobs/" in request.url.path:
            return httpx.Response(307, headers={"Location": f"https://near.example{request.url.path}"})
        name = request.url.path.removeprefix("/v2/coredns/coredns/")
        if name not in self.files:
            return httpx.Response(404)
        media_type, content = self.files[name]
        return httpx.Response(200, content=content, headers={"Content-Type": media_type})

    def _image(self, architecture: str) -> dict[str, Any]:
        layer, config = f"layer {architecture}".encode(), json.dumps({"architecture": architecture}).encode()
        parts = [self._blob("application/vnd.oci.image.config.v1+json", config), self._blob(LAYER, layer)]
        manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": parts[0], "layers": parts[1:]}
        content = json.dumps(manifest).encode()
        self._put(f"manifests/{_digest(content)}", MANIFEST, content)
        platform = {"os": "linux", "architecture": architecture}
        return {"mediaType": MANIFEST, "digest": _digest(content), "size": len(content), "platform": platform}

    def _blob(self, media_type: str, content: bytes) -> dict[str, Any]:
        self._put(f"blobs/{_digest(content)}", media_type, content)
        return {"mediaType": media_type, "digest": _digest(content), "size": len(content)}

    def _put(self, name: str, media_type: str, content: bytes) -> None:
        self.files[name] = (media_type, content)


def _pull(server: object, directory: Path) -> dict[str, bytes]:
    target = directory / "coredns.tar"
    _source(server, directory).image(REFERENCE, target)
    with tarfile.open(target) as tar:
        return {one.name: (tar.extractfile(one) or io.BytesIO()).read() for one in tar.getmembers()}


def _source(server: Any, directory: Path) -> UpstreamSource:  # noqa: ANN401 - any callable httpx takes
    return UpstreamSource(client(httpx.MockTransport(server)), directory, Report(Console(quiet=True)))


@pytest.mark.parametrize("list_type", [INDEX, DOCKER_LIST])
def test_of_several_platforms_ours_is_archived(tmp_path: Path, list_type: str) -> None:
    files = _pull(Registry(list_type), tmp_path)
    (entry,) = json.loads(files["index.json"])["manifests"]
    assert entry["annotations"]["io.containerd.image.name"] == str(REFERENCE)
    blobs = {name: content for name, content in files.items() if name.startswith("blobs/")}
    assert len(blobs) == 3
    assert b"layer amd64" in blobs.values()
    for name, content in blobs.items():
        assert name == "blobs/sha256/" + hashlib.sha256(content).hexdigest()
    assert [path.name for path in tmp_path.iterdir()] == ["coredns.tar"]


def test_a_tag_may_name_one_manifest(tmp_path: Path) -> None:
    registry = Registry()
    registry.files["manifests/v1.12.1"] = registry.files[f"manifests/{registry.platforms[1]['digest']}"]
    assert b"layer amd64" in _pull(registry, tmp_path).values()


def test_an_image_without_our_platform_is_refused(tmp_path: Path) -> None:
    registry = Registry()
    del registry.platforms[1]
    registry.publish(INDEX)
    with pytest.raises(MirrorFailed, match="no image for linux/amd64"):
        _pull(registry, tmp_path)


@pytest.mark.parametrize("kind", ["manifests/sha256:", "blobs/sha256:"])
def test_tampering_is_refused_and_leaves_nothing(tmp_path: Path, kind: str) -> None:
    registry = Registry()
    for name in [name for name in registry.files if name.startswith(kind)]:
        registry.files[name] = (registry.files[name][0], registry.files[name][1] + b" ")
    with pytest.raises(MirrorFailed, match=r"digest|SHA-256"):
        _pull(registry, tmp_path)
    assert list(tmp_path.iterdir()) == []


def _release(digest: str) -> object:
    def serve(request: httpx.Request) -> httpx.Response:
        assert request.url.path.startswith("/release/v1.34.4/bin/linux/amd64/kubeadm")
        return httpx.Response(200, text=digest if request.url.path.endswith(".sha256") else "kubeadm program")

    return serve


def test_a_binary_is_checked_by_the_digest_beside_it(tmp_path: Path) -> None:
    digest = hashlib.sha256(b"kubeadm program").hexdigest()
    _source(_release(digest), tmp_path).binary("v1.34.4", "kubeadm", tmp_path / "kubeadm")
    assert (tmp_path / "kubeadm").read_text() == "kubeadm program"


@pytest.mark.parametrize("digest", ["0" * 64, "", "<html>sign in</html>"])
def test_a_binary_without_its_digest_is_refused(tmp_path: Path, digest: str) -> None:
    with pytest.raises(MirrorFailed, match="SHA-256"):
        _source(_release(digest), tmp_path).binary("v1.34.4", "kubeadm", tmp_path / "kubeadm")
    assert not (tmp_path / "kubeadm").exists()
