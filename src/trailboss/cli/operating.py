"""Says an operator's words to a cluster."""

import getpass
import socket
from datetime import timedelta

from temporalio.client import (
    Client,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from trailboss.cli.reading import change_under_way, refuse_unknown
from trailboss.model import names
from trailboss.model.control import Action, Control, ControlResult, Word
from trailboss.model.errors import PermanentError, TemporaryError

_ANSWER_WITHIN = timedelta(seconds=10)
_UPDATES: dict[Action, str] = {
    "pause": names.PAUSE,
    "resume": names.RESUME,
    "abort": names.ABORT,
    "approve": names.APPROVE,
    "skip": names.SKIP_MACHINE,
    "retry": names.RETRY,
    "destroy": names.DESTROY,
}


def operator() -> str:
    """Return USER@HOST of whoever runs this."""
    return f"{getpass.getuser()}@{socket.gethostname()}"


async def say(client: Client, cluster: str, control: Control) -> str:
    """Say it to the cluster's workflow and return what comes of it, in words.

    Where no worker answers, it is left with Temporal: the next worker takes it up. A destruction is not left there.

    Raises:
        BadInput: there is no such cluster; the message lists those that there are.
        PermanentError: it means nothing now, and why.
        TemporaryError: nobody was there to hear that the cluster is to be destroyed.
    """
    try:
        return await _ask(await _listener(client, cluster, control), control)
    except WorkflowUpdateRPCTimeoutOrCancelledError as error:
        if control.action == "destroy":
            raise TemporaryError("no worker answers: start one, and look at `trailboss status` first then") from error
        await client.get_workflow_handle(names.cluster_id(cluster)).signal(names.CONTROL, control)
        return "no worker answers; it is taken up once one does"
    except WorkflowUpdateFailedError as error:
        reason = error.cause.message if isinstance(error.cause, ApplicationError) else str(error.cause)
        raise PermanentError(f"{control.action} {cluster}: {reason}") from error
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        await refuse_unknown(client, cluster)


async def _listener(client: Client, cluster: str, control: Control) -> WorkflowHandle[object, object]:
    """Return who can judge the word: of single machines that is the change under way."""
    change = await change_under_way(client, cluster) if control.action == "skip" else ""
    return client.get_workflow_handle(change or names.cluster_id(cluster))


async def _ask(handle: WorkflowHandle[object, object], control: Control) -> str:
    word = Word.model_validate(control.model_dump(include=set(Word.model_fields)))
    result: ControlResult = await handle.execute_update(
        _UPDATES[control.action], word, result_type=ControlResult, rpc_timeout=_ANSWER_WITHIN
    )
    return result.summary
