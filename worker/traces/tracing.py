"""Puts each change into the trace of the push that asked for it.

A cluster's workflow lives for years, and the SDK's own interceptor puts all that it ever starts into the trace of the
push that began it. This one remembers the trace of the last revision submitted, and starts child workflows in it.
After a continue-as-new it is the first push's trace again, until the next one.
"""

from typing import Any

import opentelemetry.context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from temporalio import client, worker, workflow
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadConverter

from trailboss.model import names
from trailboss.worker.traces.attempts import RememberingActivity

_HEADER = "_tracer-data"  # where TracingInterceptor carries the trace
_PROPAGATOR = TraceContextTextMapPropagator()


class PushTraceInterceptor(client.Interceptor, worker.Interceptor):
    """Stands after TracingInterceptor in the list of interceptors: so it acts first on what a workflow starts."""

    def intercept_activity(
        self,
        next: worker.ActivityInboundInterceptor,  # noqa: A002 - the SDK's name
    ) -> worker.ActivityInboundInterceptor:
        return RememberingActivity(next)

    def workflow_interceptor_class(
        self,
        input: worker.WorkflowInterceptorClassInput,  # noqa: A002, ARG002 - the SDK's name, and nothing to set up
    ) -> type[worker.WorkflowInboundInterceptor]:
        return _Inbound


class _Inbound(worker.WorkflowInboundInterceptor):
    def __init__(self, next: worker.WorkflowInboundInterceptor) -> None:  # noqa: A002 - the SDK's name
        super().__init__(next)
        self.pushed: dict[str, str] = {}

    def init(self, outbound: worker.WorkflowOutboundInterceptor) -> None:
        super().init(_Outbound(outbound, self))

    async def handle_signal(self, input: worker.HandleSignalInput) -> None:  # noqa: A002 - the SDK's name
        header: Payload | None = input.headers.get(_HEADER)
        if header and input.signal == names.SUBMIT:
            self.pushed = PayloadConverter.default.from_payload(header, dict[str, str])
        await super().handle_signal(input)


class _Outbound(worker.WorkflowOutboundInterceptor):
    def __init__(self, next: worker.WorkflowOutboundInterceptor, inbound: _Inbound) -> None:  # noqa: A002 - the SDK's name
        super().__init__(next)
        self._inbound = inbound

    async def start_child_workflow(
        self,
        input: worker.StartChildWorkflowInput,  # noqa: A002 - the SDK's name
    ) -> workflow.ChildWorkflowHandle[Any, Any]:
        if not self._inbound.pushed:
            return await super().start_child_workflow(input)
        token = opentelemetry.context.attach(_PROPAGATOR.extract(self._inbound.pushed))
        try:
            return await super().start_child_workflow(input)
        finally:
            opentelemetry.context.detach(token)
