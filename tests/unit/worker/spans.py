"""Spans, whether they come from the SDK's exporter in memory or from the file that a collector writes."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan


@dataclass(frozen=True)
class Span:
    """Ids in hexadecimal; `parent` "": a root."""

    name: str
    trace: str
    id: str
    parent: str
    attributes: dict[str, Any]


def of_sdk(spans: Iterable[ReadableSpan]) -> list[Span]:
    return [
        Span(
            span.name,
            trace.format_trace_id(span.context.trace_id),
            trace.format_span_id(span.context.span_id),
            trace.format_span_id(span.parent.span_id) if span.parent else "",
            dict(span.attributes or {}),
        )
        for span in spans
    ]


def of_collector(file: Path) -> list[Span]:
    """Read what the collector's file exporter wrote: one OTLP request in JSON a line; the last may be half written."""
    return [span for line in file.read_text().splitlines() for span in _of_request(line)]


def _of_request(line: str) -> Iterator[Span]:
    try:
        request = json.loads(line)
    except json.JSONDecodeError:
        return
    for resource in request.get("resourceSpans", ()):
        for scope in resource["scopeSpans"]:
            for span in scope["spans"]:
                attributes = {one["key"]: next(iter(one["value"].values())) for one in span.get("attributes", ())}
                yield Span(span["name"], span["traceId"], span["spanId"], span.get("parentSpanId", ""), attributes)


def trace_of_push(spans: list[Span], revision: str) -> list[Span]:
    """Return the spans of the trace whose poll submitted this revision (12 characters of the commit)."""
    [found] = {
        span.trace
        for span in spans
        if span.name == "RunActivity:poll_repository" and span.attributes.get("trailboss.revision") == revision
    }
    return [span for span in spans if span.trace == found]


def check_one_trace(push: list[Span], cluster: str, revision: str) -> set[str]:
    """See that one root stands over poll, cluster, change, machines, steps and SSH, which all tell where they belong.

    Returns the machines that SSH steps ran on.
    """
    by_id = {span.id: span for span in push}
    assert [span.name for span in push if span.parent not in by_id] == ["RunWorkflow:PollWorkflow"]
    known = {span.name for span in push}
    assert {"RunActivity:poll_repository", "SignalWithStartWorkflow:ClusterWorkflow"} <= known
    assert {"StartChildWorkflow:ChangeWorkflow", "RunWorkflow:ChangeWorkflow", "RunWorkflow:MachineWorkflow"} <= known
    steps = [span for span in push if span.name.startswith("ssh ")]
    assert steps
    for span in steps:
        assert span.attributes["trailboss.cluster"] == cluster, span
        assert span.attributes["trailboss.revision"] == revision, span
        assert by_id[span.parent].name.startswith("RunActivity:"), span
    places = ("trailboss.cluster", "trailboss.repository")
    assert [span.name for span in push if not any(place in span.attributes for place in places)] == []
    return {span.attributes["trailboss.machine"] for span in steps}
