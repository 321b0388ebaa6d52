import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from trailboss.lab.temporal.options import free_port
from trailboss.worker.health import pollers, trouble

WORKING = (
    'temporal_num_pollers{namespace="default",poller_type="workflow_task",task_queue="trailboss"} 5\n'
    'temporal_num_pollers{namespace="default",poller_type="activity_task",task_queue="trailboss"} 5\n'
)
IDLE = WORKING.replace("} 5", "} 0")


@pytest.fixture(params=[WORKING, IDLE], ids=["working", "idle"])
def served(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """Address of a server of metrics, and what it serves."""

    class Metrics(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(request.param.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Metrics)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"0.0.0.0:{server.server_port}", request.param
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_worker_is_well_that_asks_for_work(served: tuple[str, str]) -> None:
    address, metrics = served
    assert trouble(address) == ("" if metrics == WORKING else "it asks Temporal for no work")


def test_a_worker_that_does_not_answer() -> None:
    assert "no metrics at port" in trouble(f"127.0.0.1:{free_port()}")


def test_without_metrics_there_is_nothing_to_ask() -> None:
    assert "TRAILBOSS_METRICS_ADDRESS" in trouble("")


def test_pollers_are_counted() -> None:
    assert (pollers(WORKING), pollers(IDLE), pollers("")) == (10, 0, 0)
