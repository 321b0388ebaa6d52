"""Our own metrics, beside those of Temporal's SDK: how changes and activities end, how long they take, what fails."""

from datetime import timedelta
from time import monotonic
from typing import Any, get_args

from temporalio import activity, client, worker, workflow
from temporalio.common import MetricMeter
from temporalio.exceptions import FailureError

with workflow.unsafe.imports_passed_through():
    from trailboss.model import names
    from trailboss.model.progress import ChangeOutcome
    from trailboss.worker.metrics.failing import kind_of

CHANGES = "trailboss_changes"
CHANGE_DURATION = "trailboss_change_duration"
STEP_DURATION = "trailboss_step_duration"
FAILURES = "trailboss_failures"
_CHANGES_ARE = "Changes by how they ended"
_EARLY = "ended-early"
OUTCOMES = (*get_args(ChangeOutcome), _EARLY)
# Upper bounds in seconds. Most steps look and find that all is right; an upgrade's steps take minutes, changes hours.
BUCKETS = {
    STEP_DURATION: [0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 7200.0],
    CHANGE_DURATION: [5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0, 7200.0, 14400.0, 43200.0],
}


class MeasuringInterceptor(client.Interceptor, worker.Interceptor):
    """Records through Temporal's meter, which goes where the SDK's own metrics go and keeps still during replay."""

    def intercept_activity(
        self,
        next: worker.ActivityInboundInterceptor,  # noqa: A002 - the SDK's name
    ) -> worker.ActivityInboundInterceptor:
        return _Activity(next)

    def workflow_interceptor_class(
        self,
        input: worker.WorkflowInterceptorClassInput,  # noqa: A002, ARG002 - the SDK's name, and nothing to set up
    ) -> type[worker.WorkflowInboundInterceptor]:
        return _Workflow


class _Activity(worker.ActivityInboundInterceptor):
    async def execute_activity(self, input: worker.ExecuteActivityInput) -> Any:  # noqa: A002, ANN401 - the SDK's
        began, outcome = monotonic(), "done"
        try:
            return await super().execute_activity(input)
        except BaseException as error:
            outcome = _failed(error)
            raise
        finally:
            meter = activity.metric_meter().with_additional_attributes({"outcome": outcome})
            histogram = meter.create_histogram_timedelta(STEP_DURATION, "One attempt at one activity", "duration")
            histogram.record(timedelta(seconds=monotonic() - began))


def _failed(error: BaseException) -> str:
    """Count the failure, unless it is none, and return the outcome."""
    kind = kind_of(error)
    if not kind:
        return "cancelled"
    meter = activity.metric_meter().with_additional_attributes({"kind": kind})
    meter.create_counter(FAILURES, "Failed attempts at activities by kind of error").add(1)
    return "failed"


class _Workflow(worker.WorkflowInboundInterceptor):
    async def execute_workflow(self, input: worker.ExecuteWorkflowInput) -> Any:  # noqa: A002, ANN401 - the SDK's
        if workflow.info().workflow_type != names.CHANGE_WORKFLOW:
            return await super().execute_workflow(input)
        try:
            result = await super().execute_workflow(input)
        except FailureError:  # not `finally`: a workflow that only leaves the worker's cache has not ended
            _record_change(_EARLY)
            raise
        _record_change(result.outcome)
        return result


def begin_at_zero(meter: MetricMeter, namespace: str, task_queue: str) -> None:
    """Show every outcome as 0 from the start, so that its first increase is seen, too."""
    told = {"namespace": namespace, "task_queue": task_queue, "workflow_type": names.CHANGE_WORKFLOW}
    counter = meter.create_counter(CHANGES, _CHANGES_ARE)
    for outcome in OUTCOMES:
        counter.add(0, {**told, "outcome": outcome})


def _record_change(outcome: str) -> None:
    meter = workflow.metric_meter().with_additional_attributes({"outcome": outcome})
    meter.create_counter(CHANGES, _CHANGES_ARE).add(1)
    duration = meter.create_histogram_timedelta(CHANGE_DURATION, "From start to end of a change", "duration")
    duration.record(workflow.now() - workflow.info().start_time)
