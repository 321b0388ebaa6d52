"""Tells a machine's workflow why its step has not come about yet, so that its change can say what it waits for.

Temporal keeps the failure of an attempt that is to be followed by another from the workflow.
"""

from contextlib import suppress
from typing import Any

from temporalio import activity, worker
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from trailboss.model import names
from trailboss.model.messages import StepInput
from trailboss.model.progress import NotYet

_FIRST = 3  # attempts: most of what goes wrong for a moment is over by then
_LONGEST = 500  # characters of a reason


class TellingInterceptor(worker.Interceptor):
    def intercept_activity(
        self,
        next: worker.ActivityInboundInterceptor,  # noqa: A002 - the SDK's name
    ) -> worker.ActivityInboundInterceptor:
        return _Activity(next)


class _Activity(worker.ActivityInboundInterceptor):
    async def execute_activity(self, input: worker.ExecuteActivityInput) -> Any:  # noqa: A002, ANN401 - the SDK's
        try:
            return await super().execute_activity(input)
        except Exception as error:
            final = isinstance(error, ApplicationError) and error.non_retryable
            given = input.args[0] if input.args else None
            if isinstance(given, StepInput) and not final and is_told(activity.info().attempt):
                await _tell(given, error)
            raise


def is_told(attempt: int) -> bool:
    """Tell of the third attempt and then ever more rarely (6, 12, 24): each word makes histories longer."""
    times, rest = divmod(attempt, _FIRST)
    return attempt >= _FIRST and not rest and times & (times - 1) == 0


async def _tell(step: StepInput, error: Exception) -> None:
    info = activity.info()
    if info.workflow_id is None or info.workflow_type != names.MACHINE_WORKFLOW:
        return
    reason = error.message if isinstance(error, ApplicationError) else str(error)
    told = NotYet(machine=step.machine, step=step.step, attempts=info.attempt, reason=reason[:_LONGEST])
    workflow = activity.client().get_workflow_handle(info.workflow_id, run_id=info.workflow_run_id)
    with suppress(RPCError):  # the attempt has failed for another reason, and that one counts
        await workflow.signal(names.NOT_YET, told)
