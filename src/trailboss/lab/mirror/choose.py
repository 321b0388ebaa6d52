"""Which source fills the mirror."""

from pathlib import Path

import httpx

from trailboss.lab.mirror.compiled.source import CompiledSource
from trailboss.lab.mirror.errors import MirrorFailed
from trailboss.lab.mirror.progress import Report
from trailboss.lab.mirror.source import Source
from trailboss.lab.mirror.upstream.source import RELEASES, UpstreamSource, client

PATIENCE = 4.0
"""Seconds dl.k8s.io has to answer in, before artifacts are compiled instead."""


def select_source(name: str, work: Path, report: Report) -> Source:
    """`auto`, `upstream` or `compile`; `work` is a directory for what is made on the way."""
    match name:
        case "upstream":
            return UpstreamSource(client(), work, report)
        case "compile":
            return CompiledSource(work, report)
        case "auto":
            return select_source("upstream" if upstream_answers() else "compile", work, report)
    raise MirrorFailed(f"no such source: {name}; there are auto, upstream, compile")


def upstream_answers(transport: httpx.BaseTransport | None = None) -> bool:
    """Whether dl.k8s.io serves its list of releases within `PATIENCE`."""
    with client(transport, timeout=PATIENCE) as asking:
        try:
            return asking.get(f"{RELEASES}/stable.txt").is_success
        except httpx.HTTPError:
            return False
