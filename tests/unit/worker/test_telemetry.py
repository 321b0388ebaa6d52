"""What the environment sets up: a Prometheus endpoint, a tiny OTLP receiver, and nothing where nothing is asked for."""

import asyncio
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest
from temporalio.client import Client, WorkflowFailureError
from tests.unit.worker.errands import Change, new_worker

from trailboss.lab.temporal.options import free_port
from trailboss.model.errors import PermanentError
from trailboss.worker.settings import Settings
from trailboss.worker.telemetry import _resource, endpoint, setup_telemetry


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
    async with new_worker(client, queue):
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


async def test_prometheus_has_metrics_while_traces_go_to_otlp(
    otlp: tuple[str, list[tuple[str, int]]], temporal_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What docker-compose.yml asks for: both at once."""
    url, received = otlp
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
    settings, queue = Settings(metrics_address=f"127.0.0.1:{free_port()}"), f"queue-{uuid.uuid4()}"
    telemetry = setup_telemetry(settings)
    client = await Client.connect(
        temporal_client.service_client.config.target_host,
        runtime=telemetry.runtime,
        interceptors=telemetry.interceptors,
        data_converter=temporal_client.data_converter,
    )
    async with new_worker(client, queue):
        await client.execute_workflow(Change.run, "one", id=queue, task_queue=queue)
    await asyncio.to_thread(telemetry.shutdown)
    text = (await asyncio.to_thread(httpx.get, f"http://{settings.metrics_address}/metrics")).text
    assert 'trailboss_step_duration_seconds_count{activity_type="step"' in text
    assert {path for path, length in received if length} == {"/v1/traces"}


def _series(text: str, name: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(f"{name}{{")]


async def test_failures_are_counted_by_kind_and_cancellations_are_none(temporal_client: Client) -> None:
    settings, queue = Settings(metrics_address=f"127.0.0.1:{free_port()}"), f"queue-{uuid.uuid4()}"
    telemetry = setup_telemetry(settings, {})
    client = await Client.connect(
        temporal_client.service_client.config.target_host,
        runtime=telemetry.runtime,
        interceptors=telemetry.interceptors,
        data_converter=temporal_client.data_converter,
    )
    async with new_worker(client, queue):
        with pytest.raises(WorkflowFailureError):
            await client.execute_workflow(Change.run, "fail", id=f"{queue}-fails", task_queue=queue)
        waiting = await client.start_workflow(Change.run, "wait", id=f"{queue}-waits", task_queue=queue)
        async with asyncio.timeout(20):
            while not (await waiting.describe()).raw_description.pending_activities:
                await asyncio.sleep(0.05)
    # Leaving the worker has cancelled the attempt that waited.
    text = (await asyncio.to_thread(httpx.get, f"http://{settings.metrics_address}/metrics")).text
    await waiting.terminate()
    [failure] = _series(text, "trailboss_failures")
    assert 'kind="StepFailed"' in failure
    assert failure.endswith(" 1")
    steps = "".join(_series(text, "trailboss_step_duration_seconds_count"))
    assert ('outcome="failed"' in steps, 'outcome="cancelled"' in steps) == (True, True)


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
