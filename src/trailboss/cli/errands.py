"""Asks a cluster for an errand (a snapshot, a restore) and follows it to its end."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from temporalio.client import (
    Client,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from trailboss.cli.asking import innermost
from trailboss.cli.reading import refuse_unknown
from trailboss.model import names
from trailboss.model.control import Word
from trailboss.model.errors import PermanentError
from trailboss.model.messages import StepResult
from trailboss.model.snapshots import ErrandStarted

_ANSWER_WITHIN = timedelta(seconds=20)
_EVERY = 1.0  # seconds between two looks
_TRIES = 3
Meanwhile = Callable[[], Awaitable[None]]


async def ask_for(client: Client, cluster: str, errand: str, word: Word) -> ErrandStarted:
    """Have the cluster's workflow begin an errand; `errand`: the update that does.

    Raises:
        BadInput: there is no such cluster.
        PermanentError: it cannot be done now, and why.
    """
    try:
        return await _ask(client.get_workflow_handle(names.cluster_id(cluster)), errand, word)
    except WorkflowUpdateRPCTimeoutOrCancelledError as error:
        raise PermanentError("no worker answers: nothing was begun that is known of; see `trailboss status`") from error
    except WorkflowUpdateFailedError as error:
        raise PermanentError(f"{cluster}: {innermost(error)}") from error
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        await refuse_unknown(client, cluster)


async def _ask(handle: WorkflowHandle[object, object], errand: str, word: Word) -> ErrandStarted:
    """Ask once more where another errand is in the way: one that has just ended may not be known as such yet."""
    for left in reversed(range(_TRIES)):
        try:
            started: ErrandStarted = await handle.execute_update(
                errand, word, result_type=ErrandStarted, rpc_timeout=_ANSWER_WITHIN
            )
            break
        except WorkflowUpdateFailedError as error:
            if not left or not isinstance(error.cause, ApplicationError) or error.cause.type != names.BUSY:
                raise
        await asyncio.sleep(_EVERY)
    return started


async def end_of(client: Client, started: ErrandStarted, meanwhile: Meanwhile | None = None) -> str:
    """Wait for the end of an errand and return what came of it; `meanwhile` is called every second, and at its end.

    Raises:
        PermanentError: it failed, and why.
    """
    handle = client.get_workflow_handle(started.workflow_id, run_id=started.run_id, result_type=StepResult)
    ending = asyncio.ensure_future(handle.result())
    while not ending.done():
        if meanwhile:
            await meanwhile()
        await asyncio.wait([ending], timeout=_EVERY)
    if meanwhile:
        await meanwhile()
    try:
        ended: StepResult = ending.result()
    except WorkflowFailureError as error:
        raise PermanentError(innermost(error)) from error
    return ended.summary
