"""Images from a registry by the OCI distribution API, as archives of one platform."""

import hashlib
import json
from pathlib import Path
from typing import Any

import httpx

from trailboss.lab.mirror.errors import MirrorFailed
from trailboss.lab.mirror.layout import Reference
from trailboss.lab.mirror.oci.archive import INDEX, MANIFEST, Blob, write_archive
from trailboss.lab.mirror.upstream.download import Moved, fetch, fetch_checked

_DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
_DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_LISTS = (INDEX, _DOCKER_LIST)
_ACCEPTED = f"{INDEX}, {_DOCKER_LIST}, {MANIFEST}, {_DOCKER_MANIFEST}"


def pull(http: httpx.Client, reference: Reference, target: Path, work: Path, moved: Moved) -> None:
    """Writes the image's linux/amd64 archive to `target`; its blobs lie in the directory `work` meanwhile.

    The registry must serve without credentials, as registry.k8s.io does. Raises MirrorFailed.
    """
    manifest = _manifest_for_us(http, reference)
    content = json.loads(manifest.text or "")
    parts = [_blob(http, reference, part, work, moved) for part in (content["config"], *content["layers"])]
    write_archive(target, reference, manifest, parts)


def _manifest_for_us(http: httpx.Client, reference: Reference) -> Blob:
    found = _manifest(http, reference, reference.tag)
    if found.media_type not in _LISTS:
        return found
    for one in json.loads(found.text or "")["manifests"]:
        if one.get("platform", {}).get("os") == "linux" and one["platform"]["architecture"] == "amd64":
            return _manifest(http, reference, one["digest"])
    raise MirrorFailed(f"{reference} has no image for linux/amd64")


def _manifest(http: httpx.Client, reference: Reference, name: str) -> Blob:
    """`name`: a tag, or a digest, which is then checked."""
    response = fetch(http, _address(reference, "manifests", name), {"Accept": _ACCEPTED})
    found = f"sha256:{hashlib.sha256(response.content).hexdigest()}"
    # A tag may move; the registry's own header is then the only digest there is.
    wanted = name if name.startswith("sha256:") else response.headers.get("Docker-Content-Digest", found)
    if found != wanted:
        raise MirrorFailed(f"{reference}: the manifest's digest is {found}, not {wanted}")
    media_type = response.json().get("mediaType") or response.headers["Content-Type"].partition(";")[0]
    return Blob.of_text(media_type, response.content.decode())


def _blob(http: httpx.Client, reference: Reference, descriptor: dict[str, Any], work: Path, moved: Moved) -> Blob:
    algorithm, _, digest = descriptor["digest"].partition(":")
    if algorithm != "sha256":
        raise MirrorFailed(f"{reference}: cannot check a digest made with {algorithm}")
    fetch_checked(http, _address(reference, "blobs", descriptor["digest"]), work / digest, digest, moved)
    return Blob(descriptor["mediaType"], digest, (work / digest).stat().st_size, source=work / digest)


def _address(reference: Reference, kind: str, name: str) -> str:
    return f"https://{reference.registry}/v2/{reference.repository}/{kind}/{name}"
