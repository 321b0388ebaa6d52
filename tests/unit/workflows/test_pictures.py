"""The pictures of the web UI show a change under way: a real browser on a real web UI, with a herd of stand-ins."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from tests.conftest import configured, started
from tests.e2e import pictures
from tests.e2e.pictures import SIZE, take
from tests.unit.workflows.herd import Herd
from tests.unit.workflows.plans import NOTHING, upgrade
from tests.unit.workflows.running import change_of, cluster, until_held

from trailboss.lab.temporal.options import free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
NAMES = {"change", "machine", "timeline", "relationships", "attributes", "list"}


@pytest_asyncio.fixture
async def with_ui() -> AsyncIterator[tuple[Client, str]]:
    """A Temporal with its web UI, and where that answers."""
    port = free_port()
    start = configured(WorkflowEnvironment.start_local)
    start.keywords.update(ui=True, port=port, ui_port=port + 1000)
    async with await started(start) as environment:
        yield environment.client, f"http://127.0.0.1:{port + 1000}"


async def test_every_view_of_a_held_upgrade_is_shown(with_ui: tuple[Client, str], tmp_path: Path) -> None:
    client, ui = with_ui
    async with cluster(client, Herd([upgrade(workers=2), NOTHING], blocked={"worker-1 drain"})) as handle:
        await until_held(handle, "worker-1")
        change = await change_of(client, handle)
        taken = await take(ui, change.id, tmp_path)
    assert taken.keys() == NAMES
    for file in taken.values():
        assert size(file.read_bytes()) == (SIZE["width"], SIZE["height"])


async def test_a_page_that_shows_no_details_is_noticed(
    with_ui: tuple[Client, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "_PATIENCE", 15_000)
    client, ui = with_ui
    await client.start_workflow("Nobody", id="cluster/c/change/abc", task_queue="nobody")
    with pytest.raises(AssertionError, match="does not show abc"):
        await take(ui, "cluster/c/change/abc", tmp_path)
    assert not list(tmp_path.iterdir())


def size(png: bytes) -> tuple[int, int]:
    """Width and height, out of the first chunk."""
    assert png[12:16] == b"IHDR"
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])
