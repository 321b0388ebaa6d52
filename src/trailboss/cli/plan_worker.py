"""Previews that a worker makes, and revisions that it finds: what it answers, or why it cannot."""

import time
from typing import Any

from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import ApplicationError, FailureError

from trailboss.cli.asking import answer, innermost
from trailboss.cli.plan_asked import bad
from trailboss.model.base import Frozen
from trailboss.model.errors import BadInput, PermanentError
from trailboss.model.preview import FindInput, Found, Preview, PreviewInput
from trailboss.model.progress import ClusterStatus
from trailboss.model.revision import Repository, Revision


async def preview_by_worker(client: Client, given: PreviewInput) -> tuple[Preview, float]:
    """Have a worker make a preview; return it, and how many seconds it took to look.

    Raises:
        BadInput: its manifests are wrong.
        PermanentError: it could not be made.
    """
    from trailboss.workflows.preview import PreviewWorkflow

    began = time.monotonic()
    summary = f"plan {given.cluster} at {given.revision.short}"
    made: Preview = await _asked(
        client, PreviewWorkflow.run, given, cluster=given.cluster, what="preview", summary=summary
    )
    return made, time.monotonic() - began


async def find(client: Client, repository: Repository, revision: str) -> Found:
    """Have a worker find the clusters of a branch or commit.

    Raises:
        BadInput: there is no such revision, or its manifests are wrong.
        PermanentError: it could not be looked for.
    """
    from trailboss.workflows.preview import FindWorkflow

    given = FindInput(repository=repository, revision=revision)
    summary = f"find {revision} in {repository.name}"
    found: Found = await _asked(
        client, FindWorkflow.run, given, cluster=f"of-{repository.name}", what="find", summary=summary
    )
    if errors := tuple(problem for problem in found.problems if problem.severity == "error"):
        raise BadInput(errors)
    return found


async def _asked(client: Client, run: Any, given: Frozen, **words: str) -> Any:  # noqa: ANN401 - of the workflow's own type
    try:
        return await answer(client, run, given, **words)
    except WorkflowFailureError as error:
        if _kind(error) == BadInput.__name__:
            raise bad(given.cluster if isinstance(given, PreviewInput) else "--revision", innermost(error)) from error
        raise PermanentError(f"the plan could not be made: {innermost(error)}") from error


def _kind(error: BaseException) -> str | None:
    while isinstance(error.__cause__, FailureError):
        error = error.__cause__
    return error.type if isinstance(error, ApplicationError) else None


def preview_input(status: ClusterStatus, revision: Revision, compared: Revision | None) -> PreviewInput:
    return PreviewInput(
        cluster=status.name,
        revision=revision,
        initialised_before=status.initialised_before,
        applied=status.applied,
        compared=compared,
        destroy_confirmed=status.destroy_confirmed,
    )
