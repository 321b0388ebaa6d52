from collections.abc import Mapping

from temporalio.common import MetricMeter

Labels = tuple[tuple[str, str], ...]


class KeptGauge:
    """A gauge with labels that come and go.

    The SDK's meter keeps the last value of each set of labels for ever: one that is gone is shown as 0, and when
    nothing is known all are NaN, which Prometheus' `max` passes over.
    """

    def __init__(self, meter: MetricMeter, name: str, description: str) -> None:
        self._gauge = meter.create_gauge_float(name, description)
        self._known: set[Labels] = set()

    def show(self, values: Mapping[Labels, float]) -> None:
        self._known |= values.keys()
        for labels in self._known:
            self._gauge.set(values.get(labels, 0.0), dict(labels))

    def unknown(self) -> None:
        for labels in self._known:
            self._gauge.set(float("nan"), dict(labels))
