"""Traces and metrics, off unless asked for; docs/telemetry.md tells what there is to see.

Traces go to the OTLP endpoint of OpenTelemetry's standard variables. Metrics go there too, or are served for
Prometheus. Code below the worker (`ssh/host.py`, `git/mirror.py`, `kube/api.py`) makes spans with
`opentelemetry.trace.get_tracer("trailboss…")` and never imports this module: without an exporter those spans cost next
to nothing.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.util.re import parse_env_headers
from temporalio.client import Interceptor
from temporalio.runtime import OpenTelemetryConfig, PrometheusConfig, Runtime, TelemetryConfig

from trailboss.model.errors import PermanentError
from trailboss.worker.measuring import MeasuringInterceptor
from trailboss.worker.roots import RootedTracingInterceptor, RunIds
from trailboss.worker.settings import Settings
from trailboss.worker.tracing import PushTraceInterceptor

_VERSION = version("trailboss")
_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


@dataclass(frozen=True)
class Telemetry:
    """What a client or worker is built with. `provider` None: no traces are made."""

    runtime: Runtime | None
    interceptors: tuple[Interceptor, ...]
    provider: TracerProvider | None = None

    def shutdown(self) -> None:
        """Send what is still held back, within the exporter's own timeout."""
        if self.provider:
            self.provider.shutdown()


def setup_telemetry(settings: Settings, environment: Mapping[str, str] = os.environ) -> Telemetry:
    """Set up what the environment asks for; without `OTEL_*` and a metrics address this is nothing at all.

    Raises:
        PermanentError: OTLP over gRPC is asked for; only http/protobuf is spoken.
    """
    metrics = _metrics(settings, environment)
    runtime = Runtime(telemetry=TelemetryConfig(metrics=metrics)) if metrics else None
    measuring = (MeasuringInterceptor(),) if metrics else ()
    if not endpoint("traces", environment):
        return Telemetry(runtime, measuring)
    provider = TracerProvider(resource=_resource(), id_generator=RunIds())
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return Telemetry(runtime, (*tracing_interceptors(provider), *measuring), provider)


def tracing_interceptors(provider: TracerProvider) -> tuple[Interceptor, ...]:
    """Return the interceptors that make one trace of a push: poll, cluster, change, machines, activities, SSH steps."""
    return RootedTracingInterceptor(provider, _VERSION), PushTraceInterceptor()


def endpoint(signal: str, environment: Mapping[str, str]) -> str:
    """Return the OTLP/HTTP URL for "traces" or "metrics" as OpenTelemetry's specification has it, "" if off.

    Raises:
        PermanentError: OTLP over gRPC is asked for; only http/protobuf is spoken.
    """
    upper = signal.upper()
    own, common = environment.get(f"OTEL_EXPORTER_OTLP_{upper}_ENDPOINT", ""), environment.get(_ENDPOINT, "")
    off = environment.get("OTEL_SDK_DISABLED", "").lower() == "true"
    if off or environment.get(f"OTEL_{upper}_EXPORTER") == "none" or not (own or common):
        return ""
    protocol = environment.get(f"OTEL_EXPORTER_OTLP_{upper}_PROTOCOL") or environment.get("OTEL_EXPORTER_OTLP_PROTOCOL")
    if protocol not in {None, "", "http/protobuf"}:
        raise PermanentError(f"OTLP protocol {protocol!r} is not spoken: set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf")
    return own or f"{common.rstrip('/')}/v1/{signal}"


def _metrics(settings: Settings, environment: Mapping[str, str]) -> PrometheusConfig | OpenTelemetryConfig | None:
    if settings.metrics_address:
        return PrometheusConfig(bind_address=settings.metrics_address, durations_as_seconds=True, unit_suffix=True)
    url = endpoint("metrics", environment)
    if not url:
        return None
    headers = environment.get("OTEL_EXPORTER_OTLP_METRICS_HEADERS") or environment.get("OTEL_EXPORTER_OTLP_HEADERS", "")
    return OpenTelemetryConfig(
        url=url, http=True, headers=parse_env_headers(headers, liberal=True), durations_as_seconds=True
    )


def _resource() -> Resource:
    """Describe this process; `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` come before our own words."""
    told = OTELResourceDetector().detect().attributes
    return Resource.create({"service.name": "trailboss", "service.version": _VERSION, **told})
