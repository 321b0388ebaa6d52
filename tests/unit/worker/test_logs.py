"""Logs of a real worker that does real workflows and activities, in both forms."""

import io
import json
import logging
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry import trace
from temporalio import activity, workflow
from temporalio.client import Client, WorkflowFailureError
from tests.unit.worker.errands import Change, new_worker

from trailboss.worker.logs import core_logging, set_up_logs
from trailboss.worker.settings import Settings
from trailboss.worker.telemetry import new_provider, setup_telemetry, tracing_interceptors

TOKEN = "abcdef.0123456789abcdef"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Yield where logs go; pytest's own handlers come back afterwards."""
    root, made = logging.getLogger(), io.StringIO()
    before = root.handlers[:], root.level
    yield made
    root.handlers[:], _ = before
    root.setLevel(before[1])
    activity.logger.activity_info_on_message = workflow.logger.workflow_info_on_message = True


def _lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_for_people_is_as_ever_without_secrets(stream: io.StringIO) -> None:
    set_up_logs(Settings(), stream)
    logging.getLogger("trailboss.worker").info("joined with %s", TOKEN)
    assert stream.getvalue().endswith(" INFO trailboss.worker: joined with [redacted]\n")


def test_json_has_time_level_logger_message_and_no_secret(stream: io.StringIO) -> None:
    set_up_logs(Settings(log_format="json"), stream)
    try:
        int(f"password=hunter2 {TOKEN}")
    except ValueError:
        logging.getLogger("trailboss.worker").exception('it said "token: hunter2"', extra={"output": TOKEN})
    [line] = _lines(stream)
    assert (line["level"], line["logger"]) == ("ERROR", "trailboss.worker")
    assert line["time"].endswith("+00:00")
    assert line["message"].startswith("it said")
    assert "Traceback" in line["exception"]
    assert "hunter2" not in stream.getvalue()
    assert TOKEN not in stream.getvalue()
    assert not {"trace_id", "workflow_id", "taskName"} & line.keys()


def test_the_level_holds_and_sessions_are_not_told(stream: io.StringIO) -> None:
    set_up_logs(Settings(log_format="json", log_level="WARNING"), stream)
    logging.getLogger("trailboss").info("too much")
    set_up_logs(Settings(log_format="json"), stream)
    logging.getLogger("asyncssh").info("a session")
    assert stream.getvalue() == ""


@pytest.fixture
def traced(temporal_client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    provider = new_provider()
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", provider)
    config = temporal_client.config()
    config["interceptors"] = tracing_interceptors(provider)
    return Client(**config)


async def test_a_failing_attempt_says_where_and_in_which_trace(stream: io.StringIO, traced: Client) -> None:
    cluster = f"c{uuid.uuid4().hex[:8]}"
    set_up_logs(Settings(log_format="json"), stream)
    async with new_worker(traced, cluster):
        with trace.get_tracer("test").start_as_current_span("push") as push, pytest.raises(WorkflowFailureError):
            await traced.execute_workflow(
                Change.run, "fail", id=f"cluster/{cluster}/change/0123456789ab/cp-1/upgrade", task_queue=cluster
            )
    [line] = [line for line in _lines(stream) if line.get("activity") == "step"]
    expected = {"cluster": cluster, "revision": "0123456789ab", "machine": "cp-1", "attempt": 1}
    assert {name: line[name] for name in expected} == expected
    assert line["trace_id"] == trace.format_trace_id(push.get_span_context().trace_id)
    assert line["span_id"] != trace.format_span_id(push.get_span_context().span_id)
    assert "as asked for" in line["exception"]
    assert "temporal_activity" not in line


async def test_a_workflows_line_says_where_and_in_which_trace(stream: io.StringIO, traced: Client) -> None:
    cluster = f"c{uuid.uuid4().hex[:8]}"
    set_up_logs(Settings(log_format="json"), stream)
    async with new_worker(traced, cluster):
        with trace.get_tracer("test").start_as_current_span("push") as push:
            await traced.execute_workflow(
                Change.run, "tell", id=f"cluster/{cluster}/change/0123456789ab", task_queue=cluster
            )
    [line] = [line for line in _lines(stream) if line["message"] == "told"]
    assert (line["cluster"], line["revision"], line["attempt"]) == (cluster, "0123456789ab", 1)
    assert line["trace_id"] == trace.format_trace_id(push.get_span_context().trace_id)
    assert "temporal_workflow" not in line


def test_what_the_compiled_part_logs_comes_to_us_where_lines_are_json() -> None:
    assert core_logging(Settings()) is None
    told = core_logging(Settings(log_format="json"))
    assert told
    assert told.forwarding
    telemetry = setup_telemetry(Settings(log_format="json"), {})
    assert telemetry.runtime
    assert not telemetry.measures
    assert telemetry.interceptors == ()
