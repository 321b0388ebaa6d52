"""The source for open networks: dl.k8s.io and registry.k8s.io, every byte checked by digest."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import httpx

from trailboss.lab.mirror.download import fetch_checked, fetch_text
from trailboss.lab.mirror.layout import Reference
from trailboss.lab.mirror.progress import Report
from trailboss.lab.mirror.registry import pull

RELEASES = "https://dl.k8s.io/release"


def client(transport: httpx.BaseTransport | None = None, *, timeout: float = 30.0) -> httpx.Client:
    """Follows upstream's redirects to whatever store is near; `timeout` in seconds, for each read."""
    return httpx.Client(transport=transport, timeout=timeout, follow_redirects=True)


class UpstreamSource:
    """Downloads; `work` holds an image's layers until its archive is whole."""

    name = "upstream"

    def __init__(self, http: httpx.Client, work: Path, report: Report) -> None:
        self._http = http
        self._work = work
        self._report = report

    def expectation(self, version: str) -> str:
        return f"downloading Kubernetes {version} from dl.k8s.io and registry.k8s.io, some 400 MB"

    def prepare(self, version: str, programs: Sequence[str]) -> None:
        """Nothing to do: each artifact is downloaded by itself."""

    def binary(self, version: str, name: str, target: Path) -> None:
        address = f"{RELEASES}/{version}/bin/linux/amd64/{name}"
        digest = fetch_text(self._http, f"{address}.sha256").split()[0]
        fetch_checked(self._http, address, target, digest)

    def image(self, reference: Reference, target: Path) -> None:
        blobs = self._work / "blobs"
        blobs.mkdir(exist_ok=True)
        try:
            pull(self._http, reference, target, blobs)
        finally:
            shutil.rmtree(blobs)
