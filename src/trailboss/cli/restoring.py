"""Shows a restore under way, one line for each change of a machine's state."""

from datetime import timedelta

from rich.console import Console
from temporalio.client import Client, WorkflowQueryFailedError
from temporalio.service import RPCError

from trailboss.cli.pending import why_not_yet
from trailboss.cli.status_view import operation_words
from trailboss.model import names
from trailboss.model.snapshots import ErrandStarted, RestoreProgress

_ANSWER_WITHIN = timedelta(seconds=5)


class Following:
    def __init__(self, client: Client, started: ErrandStarted, console: Console) -> None:
        self._client, self._started, self._console = client, started, console
        self._told: dict[str, str] = {}

    async def look(self) -> None:
        """Print what is new; while no worker answers there is nothing to print."""
        handle = self._client.get_workflow_handle(self._started.workflow_id, run_id=self._started.run_id)
        try:
            seen = await handle.query(names.STATUS, result_type=RestoreProgress, rpc_timeout=_ANSWER_WITHIN)
        except (RPCError, WorkflowQueryFailedError):
            return
        for one in seen.operations:
            self._tell(one.machine, operation_words(one) if one.state != "waiting" else "")
        waits = await why_not_yet(self._client, self._started.workflow_id)
        self._tell("", f"not yet: {waits['waits']}" if waits else "")

    def _tell(self, about: str, words: str) -> None:
        if words and self._told.get(about) != words:
            self._console.print(f"  {words}", markup=False, soft_wrap=True)
        self._told[about] = words
