"""What is counted of connections; without a meter nothing is."""

from temporalio.common import MetricMeter

from trailboss.model.errors import HostRefused, HostUnreachable

OPEN = "trailboss_ssh_connections"
OPENED = "trailboss_ssh_connections_opened"
FAILURES = "trailboss_ssh_connection_failures"


class ConnectionCounts:
    """Counts through Temporal's meter, which goes where the SDK's own metrics go; never by machine, they are many."""

    def __init__(self, meter: MetricMeter = MetricMeter.noop) -> None:
        self._open = meter.create_gauge(OPEN, "SSH connections that are open")
        self._opened = meter.create_counter(OPENED, "SSH connections that came about")
        self._failures = meter.create_counter(FAILURES, "Attempts to connect that failed, by kind of error")
        self._open.set(0)
        self._opened.add(0)  # what begins at 0 has its first increase seen
        for kind in (HostRefused, HostUnreachable):
            self._failures.add(0, {"kind": kind.__name__})

    def opened(self) -> None:
        self._opened.add(1)

    def failed(self, error: HostRefused | HostUnreachable) -> None:
        self._failures.add(1, {"kind": type(error).__name__})

    def now_open(self, number: int) -> None:
        self._open.set(number)
