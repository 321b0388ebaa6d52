import asyncio
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
from temporalio.client import Client
from tests.unit.cli.standing import Past, standing

from trailboss.cli.history_reading import PastChange, read_history
from trailboss.model import names
from trailboss.model.errors import BadInput
from trailboss.model.progress import AuditEntry, ChangeResult, ClusterStatus

pytestmark = pytest.mark.slow


async def until(client: Client, cluster: str, changes: int) -> list[PastChange]:
    for _ in range(100):
        found = await read_history(client, cluster, 20)
        if len(found) == changes and all(change.seconds is not None for change in found):
            return found
        await asyncio.sleep(0.1)
    raise AssertionError(found)


async def test_changes_are_told_with_their_ends_and_what_operators_said(
    temporal_client: Client, tmp_path: Path
) -> None:
    name = f"h-{uuid.uuid4().hex[:6]}"
    async with standing(temporal_client, tmp_path, name, f"{name}-2", queue=name) as revisions:
        word = AuditEntry(at="", who="ada@desk", what="approve", why="tested")
        for outcome, other in (("done", name), ("failed", name), ("done", f"{name}-2")):
            revision = revisions[other]
            result = ChangeResult(
                revision=revision, outcome=outcome, kubernetes_version="1.34.4", summary=f"it {outcome}"
            )
            if outcome == "failed":
                word = word.model_copy(update={"at": datetime.now(UTC).isoformat(timespec="microseconds")})
            await temporal_client.execute_workflow(
                Past.run, result, id=names.change_id(other, revision.commit), task_queue=name
            )
        status = ClusterStatus(name=name, desired=revisions[name])
        # Said while the second change ran: it began a moment after this clock was read, at most.
        second = (await until(temporal_client, name, 2))[1]
        word = word.model_copy(update={"at": second.began.isoformat()})
        handle = temporal_client.get_workflow_handle(names.cluster_id(name))
        await handle.signal("tell", status.model_copy(update={"audit": (word,)}))
        found = await until(temporal_client, name, 2)
    assert [(each.outcome, each.summary, each.version) for each in found] == [
        ("done", "it done", "1.34.4"), ("failed", "it failed", "1.34.4"),
    ]  # fmt: skip
    assert [[said.who for said in each.words] for each in found] == [[], ["ada@desk"]]
    assert {each.revision for each in found} == {revisions[name].short}


async def test_one_that_was_ended_from_outside_says_how(temporal_client: Client, tmp_path: Path) -> None:
    name = f"h-{uuid.uuid4().hex[:6]}"
    async with standing(temporal_client, tmp_path, name, queue=name) as revisions:
        change = names.change_id(name, revisions[name].commit)
        result = ChangeResult(revision=revisions[name], outcome="done")
        handle = await temporal_client.start_workflow(Past.run, result, id=change, task_queue="nobody")
        await handle.terminate("enough")
        (found,) = await until(temporal_client, name, 1)
    assert found.outcome == "terminated"


async def test_an_unknown_cluster_is_refused(temporal_client: Client) -> None:
    with pytest.raises(BadInput, match="no such cluster"):
        await read_history(temporal_client, "nope", 5)
