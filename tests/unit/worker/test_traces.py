"""Traces on a real Temporal server, with an exporter in memory."""

import asyncio
import uuid

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio
from temporalio.client import Client
from tests.unit.worker.errands import Cluster, Poll, new_worker

from trailboss.worker.telemetry import tracing_interceptors
from trailboss.worker.traces.roots import RunIds


def _with_client(client: Client, interceptors: object) -> Client:
    config = client.config()
    config["interceptors"] = interceptors  # type: ignore[typeddict-item]
    return Client(**config)


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> TracerProvider:
    made = TracerProvider(id_generator=RunIds())
    # set_tracer_provider works once for each process, and another test may have been first.
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", made)
    return made


@pytest.fixture
def spans(provider: TracerProvider) -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return exporter


async def test_each_push_is_one_trace_from_trigger_to_ssh(
    temporal_client: Client, provider: TracerProvider, spans: InMemorySpanExporter
) -> None:
    client = _with_client(temporal_client, tracing_interceptors(provider))
    queue, tracer = f"queue-{uuid.uuid4()}", trace.get_tracer("test")
    async with new_worker(client, queue):
        with tracer.start_as_current_span("first push"):
            handle = await client.start_workflow(
                Cluster.run, id=queue, task_queue=queue, start_signal="submit", start_signal_args=["one"]
            )
        while not await handle.query(Cluster.changes_done):
            await asyncio.sleep(0.02)
        with tracer.start_as_current_span("second push"):
            await handle.signal(Cluster.submit, "two")
        with tracer.start_as_current_span("no push"):
            await handle.signal(Cluster.pause)
        await asyncio.wait_for(handle.result(), 30)
    for push in ("first push", "second push"):
        names = _names_in_trace_of(push, spans.get_finished_spans())
        assert {"StartChildWorkflow:ChangeWorkflow", "RunWorkflow:ChangeWorkflow"} <= names
        assert {"RunActivity:step", "ssh: do it"} <= names


def _names_in_trace_of(root: str, spans: tuple[ReadableSpan, ...]) -> set[str]:
    trace_id = next(span.context.trace_id for span in spans if span.name == root)
    return {span.name for span in spans if span.context.trace_id == trace_id}


@pytest.mark.parametrize("cached", [100, 0], ids=["in one go", "replayed for each task"])
async def test_what_a_schedule_starts_is_one_trace_that_begins_at_its_run(
    cached: int, temporal_client: Client, provider: TracerProvider, spans: InMemorySpanExporter
) -> None:
    client, queue = _with_client(temporal_client, tracing_interceptors(provider)), f"queue-{uuid.uuid4()}"
    async with new_worker(client, queue, cached):
        handle = await temporal_client.start_workflow(Poll.run, id=queue, task_queue=queue)
        await asyncio.wait_for(handle.result(), 30)
        assert await handle.query(Poll.fine)
    found = spans.get_finished_spans()
    [root] = [span for span in found if span.parent is None]
    below = sorted(span.name for span in found if span.parent and span.parent.span_id == root.context.span_id)
    assert root.name == "RunWorkflow:PollWorkflow"
    assert below == ["CompleteWorkflow:PollWorkflow", "StartActivity:step", "StartActivity:step"]
    assert {span.context.trace_id for span in found} == {root.context.trace_id}
    assert len(found) == 8, "two RunActivity and two ssh besides; nothing twice, nothing for the query"


async def test_a_run_that_is_not_sampled_leaves_nothing(temporal_client: Client, spans: InMemorySpanExporter) -> None:
    provider = TracerProvider(id_generator=RunIds(), sampler=ParentBasedTraceIdRatio(0))
    provider.add_span_processor(SimpleSpanProcessor(spans))
    client, queue = _with_client(temporal_client, tracing_interceptors(provider)), f"queue-{uuid.uuid4()}"
    async with new_worker(client, queue):
        handle = await temporal_client.start_workflow(Poll.run, id=queue, task_queue=queue)
        await asyncio.wait_for(handle.result(), 30)
    assert spans.get_finished_spans() == ()
