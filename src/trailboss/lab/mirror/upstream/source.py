"""The source for open networks: dl.k8s.io and registry.k8s.io, every byte checked by digest."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import httpx
from rich.filesize import decimal

from trailboss.lab.mirror.errors import MirrorFailed
from trailboss.lab.mirror.layout import Reference
from trailboss.lab.mirror.progress import Report
from trailboss.lab.mirror.upstream.download import fetch, fetch_checked
from trailboss.lab.mirror.upstream.registry import pull

RELEASES = "https://dl.k8s.io/release"


def client(transport: httpx.BaseTransport | None = None, *, timeout: float = 30.0) -> httpx.Client:
    """Follows upstream's redirects to whatever store is near; `timeout` in seconds, for each read."""
    # Digests are of what is stored; a store that packs on the way would be one more thing to go wrong.
    headers = {"Accept-Encoding": "identity"}
    return httpx.Client(transport=transport, timeout=timeout, follow_redirects=True, headers=headers)


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
        fetch_checked(self._http, address, target, self._digest(f"{address}.sha256"), self._moved)

    def image(self, reference: Reference, target: Path) -> None:
        blobs = self._work / "blobs"
        blobs.mkdir(exist_ok=True)
        try:
            pull(self._http, reference, target, blobs, self._moved)
        finally:
            shutil.rmtree(blobs)

    def _digest(self, address: str) -> str:
        if found := re.match(r"[0-9a-f]{64}\b", fetch(self._http, address).text.strip()):
            return found[0]
        raise MirrorFailed(f"{address} holds no SHA-256")

    def _moved(self, done: int, total: int) -> None:
        self._report.detail(f"downloading, {decimal(done)} of {decimal(total)}" if total else "downloading")
