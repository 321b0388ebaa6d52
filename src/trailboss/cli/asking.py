"""Asks a worker something that changes nothing, by a workflow that ends at once with the answer."""

import uuid
from typing import Any

from temporalio.client import Client
from temporalio.exceptions import ApplicationError, FailureError

from trailboss.model import names
from trailboss.model.base import Frozen
from trailboss.plan import titles
from trailboss.worker.settings import load_settings


async def answer(client: Client, run: Any, given: Frozen, *, cluster: str, what: str, summary: str) -> Any:  # noqa: ANN401 - of the workflow's own type
    """Run the workflow to its end and return its result; `what` becomes part of its id.

    Raises:
        WorkflowFailureError: it failed; `innermost` has the reason.
    """
    return await client.execute_workflow(
        run,
        given,
        id=f"{names.cluster_id(cluster)}/{what}/{uuid.uuid4().hex[:8]}",
        task_queue=load_settings().task_queue,
        **titles.question(summary),
    )


def innermost(error: BaseException) -> str:
    """Return the innermost failure's own words."""
    while isinstance(error.__cause__, FailureError):
        error = error.__cause__
    return error.message if isinstance(error, ApplicationError) else str(error)
