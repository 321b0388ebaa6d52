"""Remembers the trace of an attempt for what is logged of it after its span has ended: that it failed, above all."""

from contextvars import ContextVar
from typing import Any

from opentelemetry import trace
from temporalio import worker

_SPAN: ContextVar[trace.SpanContext] = ContextVar("trailboss_attempt", default=trace.INVALID_SPAN_CONTEXT)


def attempts_span() -> trace.SpanContext:
    """Return the span of the attempt that this task is or was about, an invalid one where there is none."""
    return _SPAN.get()


class RememberingActivity(worker.ActivityInboundInterceptor):
    async def execute_activity(self, input: worker.ExecuteActivityInput) -> Any:  # noqa: A002, ANN401 - the SDK's
        # Never reset: each attempt has a task, and so a context, of its own.
        _SPAN.set(trace.get_current_span().get_span_context())
        return await super().execute_activity(input)
