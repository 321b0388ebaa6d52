"""Past changes of a cluster, out of Temporal's visibility and the ends of their histories."""

import asyncio
from collections.abc import Iterable
from datetime import datetime

from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus, WorkflowFailureError
from temporalio.service import RPCError

from trailboss.cli.asking import innermost
from trailboss.cli.reading import read_cluster
from trailboss.model import names
from trailboss.model.base import Frozen
from trailboss.model.progress import AuditEntry, ChangeResult

_AT_ONCE = 10
_MOST_RUNS = 10  # of one change, over all continue-as-new


class PastChange(Frozen):
    """One change. `outcome`: as ChangeResult has it, "running", or how its workflow ended ("terminated", …).

    `seconds` None: it runs still. `words`: what operators said while it ran, as far as the cluster keeps it.
    `web_ui`: the URL of its page, "" where the web UI is not known.
    """

    revision: str
    workflow_id: str
    began: datetime
    seconds: int | None = None
    version: str = ""
    outcome: str
    summary: str = ""
    problems: tuple[str, ...] = ()
    words: tuple[AuditEntry, ...] = ()
    web_ui: str = ""


async def read_history(client: Client, cluster: str, limit: int) -> list[PastChange]:
    """Return the newest changes, oldest first.

    Raises:
        BadInput: there is no such cluster.
    """
    audit = (await read_cluster(client, cluster)).status.audit
    runs = [run async for run in client.list_workflows(changes_query(cluster), limit=limit * _MOST_RUNS)]
    changes = list(_changes(sorted(runs, key=lambda run: run.start_time)))[-limit:]
    slots = asyncio.Semaphore(_AT_ONCE)

    async def one(runs: list[WorkflowExecution]) -> PastChange:
        async with slots:
            return await _past(client, runs, audit)

    return list(await asyncio.gather(*map(one, changes)))


def changes_query(cluster: str) -> str:
    """Return the query that finds all changes of a cluster."""
    return f"WorkflowType = '{names.CHANGE_WORKFLOW}' AND WorkflowId STARTS_WITH '{names.change_id(cluster, '')}'"


def _changes(runs: Iterable[WorkflowExecution]) -> Iterable[list[WorkflowExecution]]:
    """Yield the runs of each change: one that continues as new goes on in the next run of its id."""
    open_: dict[str, list[WorkflowExecution]] = {}
    found: list[list[WorkflowExecution]] = []
    for run in runs:
        before = open_.get(run.id)
        if before and before[-1].status is WorkflowExecutionStatus.CONTINUED_AS_NEW:
            before.append(run)
        else:
            open_[run.id] = [run]
            found.append(open_[run.id])
    return found


async def _past(client: Client, runs: list[WorkflowExecution], audit: tuple[AuditEntry, ...]) -> PastChange:
    first, last = runs[0], runs[-1]
    took = round((last.close_time - first.start_time).total_seconds()) if last.close_time else None
    change = PastChange(
        revision=first.id.rpartition("/")[2],
        workflow_id=first.id,
        began=first.start_time,
        seconds=took,
        outcome=(last.status.name.lower() if last.status else "unknown"),
        words=tuple(word for word in audit if _said_during(word, first, last)),
    )
    return change.model_copy(update=await _end(client, last)) if last.close_time else change


def _said_during(word: AuditEntry, first: WorkflowExecution, last: WorkflowExecution) -> bool:
    at = datetime.fromisoformat(word.at)
    return first.start_time <= at and (last.close_time is None or at <= last.close_time)


async def _end(client: Client, run: WorkflowExecution) -> dict[str, object]:
    """Return what came of a change that has ended, as fields of PastChange."""
    handle = client.get_workflow_handle(run.id, run_id=run.run_id, result_type=ChangeResult)
    try:
        result: ChangeResult = await handle.result(follow_runs=False)
    except WorkflowFailureError as error:
        return {"problems": (innermost(error),)}
    except RPCError:
        return {}  # its history is gone by now
    shown = ("outcome", "summary", "problems")
    return {"version": result.kubernetes_version, **{name: getattr(result, name) for name in shown}}
