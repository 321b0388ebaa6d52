"""Traces and metrics on a real Temporal server, with an exporter in memory and a tiny OTLP receiver."""

import asyncio
import uuid
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from trailboss.lab.temporal.options import free_port
from trailboss.model.base import Frozen
from trailboss.model.errors import PermanentError
from trailboss.worker.settings import Settings
from trailboss.worker.telemetry import _resource, endpoint, setup_telemetry, tracing_interceptors


class Result(Frozen):
    outcome: str


@activity.defn
async def step(word: str) -> str:
    with trace.get_tracer("trailboss.ssh").start_as_current_span("ssh: do it"):
        return word


@workflow.defn(name="ChangeWorkflow")
class Change:
    @workflow.run
    async def run(self, word: str) -> Result:
        await workflow.execute_activity(step, word, start_to_close_timeout=timedelta(seconds=10))
        return Result(outcome="done")


@workflow.defn(name="ClusterWorkflow")
class Cluster:
    """Starts a child for each signal, as the real one does for each revision, and ends after two."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.done = 0

    @workflow.run
    async def run(self) -> None:
        for index in range(2):
            await workflow.wait_condition(lambda wanted=index: len(self.words) > wanted)
            await workflow.execute_child_workflow(Change.run, self.words[index])
            self.done = index + 1

    @workflow.signal
    def submit(self, word: str) -> None:
        self.words.append(word)

    @workflow.signal
    def pause(self) -> None:
        """Do nothing: it only must not count as a push."""

    @workflow.query
    def changes_done(self) -> int:
        return self.done


def _worker(client: Client, queue: str) -> Worker:
    """Return a worker that keeps the sandbox's rules, but does not import this test a second time in it."""
    runner = SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_all_modules())
    return Worker(client, task_queue=queue, workflows=[Cluster, Change], activities=[step], workflow_runner=runner)


def _with_client(client: Client, interceptors: object) -> Client:
    config = client.config()
    config["interceptors"] = interceptors  # type: ignore[typeddict-item]
    return Client(**config)


@pytest.fixture(scope="module")
def provider() -> TracerProvider:
    made = TracerProvider()
    trace.set_tracer_provider(made)  # once for each process: the SDK allows no second one
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
    async with _worker(client, queue):
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


async def test_changes_and_steps_are_counted_for_prometheus(temporal_client: Client) -> None:
    settings = Settings(metrics_address=f"127.0.0.1:{free_port()}")
    telemetry = setup_telemetry(settings)
    target = temporal_client.service_client.config.target_host
    client = await Client.connect(
        target,
        runtime=telemetry.runtime,
        interceptors=telemetry.interceptors,
        data_converter=temporal_client.data_converter,
    )
    queue = f"queue-{uuid.uuid4()}"
    async with _worker(client, queue):
        await client.execute_workflow(Change.run, "one", id=queue, task_queue=queue)
    text = (await asyncio.to_thread(httpx.get, f"http://{settings.metrics_address}/metrics")).text
    changes = [line for line in text.splitlines() if line.startswith("trailboss_changes")]
    assert len(changes) == 1
    assert 'outcome="done"' in changes[0]
    assert changes[0].endswith(" 1")
    assert 'trailboss_step_duration_seconds_count{activity_type="step"' in text
    assert "temporal_workflow_task_execution_latency" in text


@pytest.fixture
def otlp() -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """Yield the URL of a receiver and the list of (path, length) of all that it gets."""
    received: list[tuple[str, int]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append((self.path, len(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", received
    server.shutdown()


async def test_the_standard_variables_send_traces_and_metrics(
    otlp: tuple[str, list[tuple[str, int]]], temporal_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, received = otlp
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
    telemetry = setup_telemetry(Settings())
    assert telemetry.provider
    client = await Client.connect(temporal_client.service_client.config.target_host, runtime=telemetry.runtime)
    assert await client.service_client.check_health()
    telemetry.provider.get_tracer("test").start_span("a span").end()
    telemetry.shutdown()
    for _ in range(50):
        if {"/v1/traces", "/v1/metrics"} <= {path for path, _ in received}:
            break
        await asyncio.sleep(0.1)
    assert {path for path, length in received if length} == {"/v1/traces", "/v1/metrics"}


def test_nothing_is_set_up_when_nothing_is_asked_for() -> None:
    telemetry = setup_telemetry(Settings(), {})
    assert (telemetry.runtime, telemetry.interceptors, telemetry.provider) == (None, (), None)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, ""),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318/"}, "http://c:4318/v1/traces"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c/own"}, "http://c/own"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_SDK_DISABLED": "true"}, ""),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_TRACES_EXPORTER": "none"}, ""),
    ],
)
def test_endpoints_follow_the_specification(environment: dict[str, str], expected: str) -> None:
    assert endpoint("traces", environment) == expected


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "trailboss"),
        ({"OTEL_RESOURCE_ATTRIBUTES": "service.name=herd,rack=r1"}, "herd"),
        ({"OTEL_RESOURCE_ATTRIBUTES": "service.name=herd,rack=r1", "OTEL_SERVICE_NAME": "dogs"}, "dogs"),
    ],
)
def test_the_environment_names_the_process(
    environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    attributes = _resource().attributes
    assert attributes["service.name"] == expected
    assert attributes.get("rack") == ("r1" if environment else None)
    assert attributes["service.version"]


def test_grpc_is_refused_in_words() -> None:
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}
    with pytest.raises(PermanentError, match="http/protobuf"):
        endpoint("metrics", environment)
