import asyncio
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.client import Client
from tests.unit.cli.standing import standing

from trailboss.cli import completing
from trailboss.cli.machines import cluster_kept_here, find_machine
from trailboss.cli.reading import cluster_names
from trailboss.model.errors import BadInput, RevisionGone

NAMES = [f"{letter}-{uuid.uuid4().hex[:6]}" for letter in "ab"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def client(temporal_client: Client, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    folder: Path = tmp_path_factory.mktemp("standing")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRAILBOSS_HOME", str(folder / "home"))
        patch.setenv("TEMPORAL_ADDRESS", temporal_client.service_client.config.target_host)
        async with standing(temporal_client, folder, *NAMES, queue=NAMES[0]):
            for _ in range(100):
                if set(NAMES) <= set(await cluster_names(temporal_client)):
                    break
                await asyncio.sleep(0.1)
            yield temporal_client


async def test_what_was_never_fetched_is_not_fetched_to_complete_it(client: Client) -> None:
    with pytest.raises(RevisionGone):
        await cluster_kept_here(client, NAMES[0])


async def test_a_machine_is_found_by_its_own_name_and_by_its_clusters(client: Client) -> None:
    for wanted in (f"{NAMES[0]}-cp-1", f"{NAMES[0]}/{NAMES[0]}-cp-1"):
        cluster, machine = await find_machine(client, wanted)
        assert (cluster.name, machine.name, machine.address) == (NAMES[0], f"{NAMES[0]}-cp-1", "127.0.0.1")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nope", f"{NAMES[0]}-cp-1"),
        (f"{NAMES[0]}/nope", f"no such machine; found {NAMES[0]}/nope; allowed: {NAMES[0]}-cp-1"),
        ("nope/nope", "no such cluster"),
    ],
    ids=["no machine", "not in that cluster", "no cluster"],  # with the names each process would have its own
)
async def test_one_that_is_not_there_is_told_with_those_that_are(client: Client, name: str, words: str) -> None:
    with pytest.raises(BadInput) as refused:
        await find_machine(client, name)
    assert words in str(refused.value)


async def test_names_are_completed(client: Client) -> None:
    await find_machine(client, f"{NAMES[0]}-cp-1")  # the repository is here now
    begin = NAMES[0][:4]
    assert await asyncio.to_thread(completing.clusters, begin) == [NAMES[0]]
    assert await asyncio.to_thread(completing.machines_of_all, begin) == [f"{NAMES[0]}/"]
    whole = f"{NAMES[0]}/{NAMES[0]}-cp-1"
    assert await asyncio.to_thread(completing.machines_of_all, whole[:-2]) == [whole]
