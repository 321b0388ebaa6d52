"""What was recorded by a runtime that keeps its metrics in memory, as the SDK would export them."""

from temporalio.common import MetricMeter
from temporalio.runtime import MetricBuffer, Runtime, TelemetryConfig


class Measured:
    """A real meter; `values` has the last value of each gauge and the sum of each counter, by name and labels."""

    def __init__(self) -> None:
        self._buffer = MetricBuffer(10_000)
        self.runtime = Runtime(telemetry=TelemetryConfig(metrics=self._buffer, attach_service_name=False))
        self._values: dict[tuple[str, tuple[tuple[str, object], ...]], float] = {}

    @property
    def meter(self) -> MetricMeter:
        return self.runtime.metric_meter

    def values(self, name: str, *labels: str) -> dict[tuple[object, ...], float]:
        """Return label values, in the order of `labels` → value."""
        for update in self._buffer.retrieve_updates():
            key = (update.metric.name, tuple(sorted(update.attributes.items())))
            adds = update.metric.kind == 0
            self._values[key] = update.value + (self._values.get(key, 0) if adds else 0)
        return {
            tuple(dict(told).get(label) for label in labels): value
            for (known, told), value in self._values.items()
            if known == name
        }
