"""What a worker logs: lines for people, or one JSON object a line that says in fields what it is about.

Whatever form: what looks like a key, token or password is taken out, for messages may quote what a host printed.
"""

import logging
import sys
from typing import Any, TextIO

from opentelemetry import trace
from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter
from temporalio import activity, workflow
from temporalio.runtime import LogForwardingConfig, LoggingConfig

from trailboss.model.redacting import redact
from trailboss.model.whereabouts import whereabouts
from trailboss.worker.settings import Settings
from trailboss.worker.traces.attempts import attempts_span

_TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_RENAMED = {"levelname": "level", "name": "logger", "exc_info": "exception"}
_SDKS_OWN = ("temporal_activity", "temporal_workflow", "temporal_log")  # objects of which our fields tell the rest


def set_up_logs(settings: Settings, stream: TextIO | None = None) -> None:
    """Log to the standard error from now on."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_JsonLines() if settings.log_format == "json" else _Lines(_TEXT))
    handler.addFilter(_add_fields)
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    logging.getLogger("asyncssh").setLevel(logging.WARNING)  # it logs every session at INFO
    told_in_message = settings.log_format == "text"
    activity.logger.activity_info_on_message = told_in_message
    workflow.logger.workflow_info_on_message = told_in_message


def core_logging(settings: Settings) -> LoggingConfig | None:
    """Return how the compiled part of Temporal's SDK logs: by itself (None), or through us where lines are JSON."""
    if settings.log_format == "text":
        return None
    forwarding = LogForwardingConfig(logging.getLogger("temporalio"), prepend_target_on_message=False)
    return LoggingConfig(filter=LoggingConfig.default.filter, forwarding=forwarding)


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


class _JsonLines(JsonFormatter):
    def __init__(self) -> None:
        super().__init__(
            ["levelname", "name", "message"],
            rename_fields=_RENAMED,
            rename_fields_keep_missing=False,
            timestamp="time",
            reserved_attrs=[*RESERVED_ATTRS, *_SDKS_OWN],
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        told = super().process_log_record(log_data)
        return {name: redact(value) if isinstance(value, str) else value for name, value in told.items()}


def _add_fields(record: logging.LogRecord) -> bool:
    """Write onto the record which workflow, attempt, cluster, machine and trace it is about, where that is known."""
    for name, value in {**_where(), **_trace()}.items():
        setattr(record, name, value)
    return True


def _where() -> dict[str, str | int]:
    if activity.in_activity():
        info = activity.info()
        ids = _ids(info.workflow_id or "", info.workflow_run_id or "")
        return {**ids, "activity": info.activity_type, "attempt": info.attempt}
    if workflow.in_workflow():
        run = workflow.info()
        return {**_ids(run.workflow_id, run.run_id), "attempt": run.attempt}
    return {}


def _ids(workflow_id: str, run_id: str) -> dict[str, str | int]:
    return {"workflow_id": workflow_id, "run_id": run_id, **whereabouts(workflow_id)}


def _trace() -> dict[str, str]:
    context, attempt = trace.get_current_span().get_span_context(), attempts_span()
    if activity.in_activity() and context.trace_id != attempt.trace_id:
        context = attempt  # its span has ended
    if not context.is_valid:
        return {}
    return {"trace_id": trace.format_trace_id(context.trace_id), "span_id": trace.format_span_id(context.span_id)}
