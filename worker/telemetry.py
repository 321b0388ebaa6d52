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
from opentelemetry.sdk.trace.sampling import Sampler
from opentelemetry.util.re import parse_env_headers
from temporalio.client import Interceptor
from temporalio.common import MetricMeter
from temporalio.runtime import LoggingConfig, OpenTelemetryConfig, PrometheusConfig, Runtime, TelemetryConfig

from trailboss.model.errors import PermanentError
from trailboss.worker.logs import core_logging
from trailboss.worker.metrics.measuring import BUCKETS, MeasuringInterceptor
from trailboss.worker.settings import Settings
from trailboss.worker.traces.roots import RootedTracingInterceptor, RunIds
from trailboss.worker.traces.span_places import SpanPlaces
from trailboss.worker.traces.tracing import PushTraceInterceptor

_VERSION = version("trailboss")
_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


@dataclass(frozen=True)
class Telemetry:
    """What a client or worker is built with. `provider` None: no traces are made; `measures` False: no metrics."""

    runtime: Runtime | None
    interceptors: tuple[Interceptor, ...]
    provider: TracerProvider | None = None
    measures: bool = False

    @property
    def meter(self) -> MetricMeter:
        return self.runtime.metric_meter if self.runtime else MetricMeter.noop

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
    runtime = _runtime(metrics, core_logging(settings))
    measuring = (MeasuringInterceptor(),) if metrics else ()
    if not endpoint("traces", environment):
        return Telemetry(runtime, measuring, measures=bool(metrics))
    provider = new_provider(_resource())
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return Telemetry(runtime, (*tracing_interceptors(provider), *measuring), provider, measures=bool(metrics))


def new_provider(resource: Resource | None = None, sampler: Sampler | None = None) -> TracerProvider:
    """Return a provider whose spans carry cluster, revision and machine; it exports nothing yet."""
    provider = TracerProvider(resource=resource, sampler=sampler, id_generator=RunIds())
    provider.add_span_processor(SpanPlaces())
    return provider


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
        return PrometheusConfig(
            bind_address=settings.metrics_address,
            durations_as_seconds=True,
            unit_suffix=True,
            histogram_bucket_overrides=BUCKETS,
        )
    url = endpoint("metrics", environment)
    if not url:
        return None
    headers = environment.get("OTEL_EXPORTER_OTLP_METRICS_HEADERS") or environment.get("OTEL_EXPORTER_OTLP_HEADERS", "")
    return OpenTelemetryConfig(
        url=url,
        http=True,
        headers=parse_env_headers(headers, liberal=True),
        durations_as_seconds=True,
        histogram_bucket_overrides=BUCKETS,
    )


def _runtime(metrics: PrometheusConfig | OpenTelemetryConfig | None, logging: LoggingConfig | None) -> Runtime | None:
    """Return a runtime of our own where the SDK's default one would not do."""
    if not metrics and not logging:
        return None
    return Runtime(telemetry=TelemetryConfig(metrics=metrics, logging=logging or LoggingConfig.default))


def _resource() -> Resource:
    """Describe this process; `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` come before our own words."""
    told = OTELResourceDetector().detect().attributes
    return Resource.create({"service.name": "trailboss", "service.version": _VERSION, **told})
