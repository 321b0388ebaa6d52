"""Lets the trace of a workflow that no client of ours started, such as a poll by schedule, begin at its run.

The SDK's interceptor knows a workflow's trace from whoever started it; where nobody says, each of its spans would begin
a trace of its own. Here trace and first span follow from the run's id: whichever worker goes on with the run, after a
replay too, goes on in the same trace, and nothing has to be written into history for that.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from threading import local
from typing import Any

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.id_generator import IdGenerator, RandomIdGenerator
from opentelemetry.sdk.trace.sampling import Decision
from temporalio import worker, workflow
from temporalio.contrib.opentelemetry import TracingInterceptor, TracingWorkflowInboundInterceptor

_ROOT = "__trailboss_root"
_RUN = "RunWorkflow:"  # how the SDK names a run's first span


class RunIds(IdGenerator):
    """Random ids, but within `first_span_of`. The provider of a RootedTracingInterceptor must have them from here."""

    def __init__(self) -> None:
        self._random = RandomIdGenerator()
        self._thread = local()

    @contextmanager
    def first_span_of(self, run_id: str) -> Iterator[None]:
        """Give the span that this thread starts in the body the ids that follow from the run's."""
        self._thread.ids = _ids(run_id)
        try:
            yield
        finally:
            del self._thread.ids

    def generate_trace_id(self) -> int:
        ids = getattr(self._thread, "ids", None)
        return ids[0] if ids else self._random.generate_trace_id()

    def generate_span_id(self) -> int:
        ids = getattr(self._thread, "ids", None)
        return ids[1] if ids else self._random.generate_span_id()


class RootedTracingInterceptor(TracingInterceptor):
    """The SDK's interceptor, with a trace for workflows that come without one, and without spans of queries.

    It overrides two methods that the SDK has always had and does not call public; the tests tell should that change.
    """

    def __init__(self, provider: TracerProvider, version: str) -> None:
        # Should the SDK change under us, spans without a parent are better than none.
        super().__init__(provider.get_tracer("trailboss.temporal", version), always_create_workflow_spans=True)
        self._provider = provider

    def workflow_interceptor_class(
        self,
        input: worker.WorkflowInterceptorClassInput,  # noqa: A002 - the SDK's name
    ) -> type[TracingWorkflowInboundInterceptor]:
        super().workflow_interceptor_class(input)
        input.unsafe_extern_functions[_ROOT] = self._first_span
        return _Inbound

    def _first_span(self, run_id: str) -> dict[str, str]:
        """Return the run's first span in the form of a header; it need not have been made by this process."""
        trace_id, span_id = _ids(run_id)
        decision = self._provider.sampler.should_sample(None, trace_id, _RUN).decision
        sampled = decision is Decision.RECORD_AND_SAMPLE
        return {"traceparent": f"00-{trace_id:032x}-{span_id:016x}-{sampled:02x}"}

    def _completed_workflow_span(self, params: Any) -> Any:  # noqa: ANN401 - the SDK's private type
        run_id = str(params.attributes["temporalRunID"])
        begins = params.name.startswith(_RUN) and _is_first_span(params.context, run_id)
        ids = self._provider.id_generator
        if not begins or not isinstance(ids, RunIds):
            return super()._completed_workflow_span(params)
        with ids.first_span_of(run_id):
            return super()._completed_workflow_span(replace(params, context={}))


class _Inbound(TracingWorkflowInboundInterceptor):
    def _load_workflow_context_carrier(self) -> Any:  # noqa: ANN401 - the SDK's private type
        if super()._load_workflow_context_carrier() is None:
            self._workflow_context_carrier = workflow.extern_functions()[_ROOT](workflow.info().run_id)
        return self._workflow_context_carrier

    async def handle_query(self, input: worker.HandleQueryInput) -> Any:  # noqa: A002, ANN401 - the SDK's
        """Answer without a span: a query changes nothing, and whoever watches asks again and again."""
        return await self.next.handle_query(input)


def _ids(run_id: str) -> tuple[int, int]:
    """Return trace id and span id. Hashed: samplers by ratio go by bits that are the same in all of Temporal's ids."""
    digest = hashlib.sha256(run_id.encode()).digest()
    return int.from_bytes(digest[:16]), int.from_bytes(digest[16:24])


def _is_first_span(carrier: Mapping[str, Any], run_id: str) -> bool:
    trace_id, span_id = _ids(run_id)
    return str(carrier.get("traceparent", "")).startswith(f"00-{trace_id:032x}-{span_id:016x}-")
