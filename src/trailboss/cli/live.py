import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from rich.console import Console
from rich.live import Live
from temporalio.client import Client

from trailboss.cli.held_view import questions
from trailboss.cli.reading import ClusterView, read_cluster
from trailboss.cli.status_view import addon_words, operation_words, overview
from trailboss.model.addons import AddonProgress
from trailboss.model.errors import BadInput
from trailboss.model.progress import ClusterStatus, OperationProgress

_EVERY = 0.5  # seconds between two looks; each is one query for the cluster and one for each machine under way
_SETTLED = {"Ready", "Incomplete", "Failed", "Refused", "Aborted", "Destroyed"}


async def follow(client: Client, cluster_name: str, console: Console, *, commit: str | None = None) -> ClusterStatus:
    """Show a cluster's progress until it has settled; returns how it then stands.

    `commit`: settled means that this commit's change has ended, or that it was not taken; a cluster that is not there
    yet is waited for. None: settled means that no change is under way. On a terminal this is a live picture, elsewhere
    one line for each change of state.

    Raises:
        BadInput: there is no such cluster, and no commit is waited for.
    """
    show = _on_terminal if console.is_terminal else _as_lines
    async with aclosing(show(_looks(client, cluster_name, waits=commit is not None), console)) as views:
        async for view in views:
            if view.answered and settled(view.status, commit):
                return view.status
    raise AssertionError("looks never end by themselves")


def settled(status: ClusterStatus, commit: str | None = None) -> bool:
    """True if nothing more will happen for `commit`, or for what is desired if that is None."""
    if commit is None:
        return status.phase in _SETTLED and not status.paused
    if status.rejected and status.rejected.revision.commit == commit:
        return True
    result = status.last_result
    return bool(result and result.revision.commit == commit and status.phase in _SETTLED)


def new_lines(before: ClusterStatus | None, after: ClusterStatus) -> list[str]:
    """Say what is different between two looks, one line for each change of state."""
    lines = []
    if before is None or (before.phase, before.message, before.paused) != (after.phase, after.message, after.paused):
        held = " (paused)" if after.paused else ""
        lines.append(f"{after.name}: {after.phase}{held} {after.message}".rstrip())
        lines += [f"  {line}" for line in questions(after)]
    known = {} if not before or not before.change else {_key(each): each for each in before.change.operations}
    operations = after.change.operations if after.change else ()
    changed = [each for each in operations if each != known.get(_key(each)) and each.state != "waiting"]
    lines += [f"  {operation_words(each)}" for each in changed]
    return lines + [f"  {addon_words(each)}" for each in _new_addons(before, after)]


def _new_addons(before: ClusterStatus | None, after: ClusterStatus) -> list[AddonProgress]:
    known = before.change.addons if before and before.change else ()
    addons = after.change.addons if after.change else ()
    return [each for each in addons if each not in known and each.state != "waiting"]


async def _looks(client: Client, cluster: str, *, waits: bool) -> AsyncGenerator[ClusterView, None]:
    seen = False
    while True:
        try:
            yield await read_cluster(client, cluster)
            seen = True
        except BadInput:
            if seen or not waits:
                raise
            yield ClusterView(status=ClusterStatus(name=cluster, message="waiting for a poll to submit it"))
        await asyncio.sleep(_EVERY)


async def _on_terminal(looks: AsyncIterator[ClusterView], console: Console) -> AsyncGenerator[ClusterView, None]:
    with Live(console=console, refresh_per_second=4) as live:
        async for view in looks:
            live.update(overview([view], []))
            yield view


async def _as_lines(looks: AsyncIterator[ClusterView], console: Console) -> AsyncGenerator[ClusterView, None]:
    before: ClusterStatus | None = None
    async for view in looks:
        if view.answered:
            for line in new_lines(before, view.status):
                console.print(line, markup=False, soft_wrap=True)
            before = view.status
        yield view


def _key(operation: OperationProgress) -> tuple[str, str]:
    return operation.machine, operation.operation
