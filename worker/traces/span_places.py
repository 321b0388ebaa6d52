"""Writes on every span which cluster, revision and machine it is about, so that a trace can be searched by them.

Spans of workflows and activities know it from the workflow's id; spans below them (`ssh`, `kube`, `git`) from the span
that they stand under, unless they say it themselves.
"""

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor

from trailboss.model.whereabouts import whereabouts

_PREFIX = "trailboss."
_WORKFLOW = "temporalWorkflowID"  # how the SDK names it on its spans


class SpanPlaces(SpanProcessor):
    """Sets `trailboss.cluster`, `trailboss.revision`, `trailboss.machine`, `trailboss.repository` where known."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        parent = trace.get_current_span(parent_context)
        inherited = parent.attributes or {} if isinstance(parent, ReadableSpan) else {}
        own = span.attributes or {}
        places = {name: value for name, value in inherited.items() if name.startswith(_PREFIX)}
        told = whereabouts(str(own.get(_WORKFLOW, "")))
        places |= {_PREFIX + name: value for name, value in told.items()}
        span.set_attributes({name: value for name, value in places.items() if name not in own})
