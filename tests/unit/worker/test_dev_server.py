"""The embedded Temporal for real: it keeps history, refuses a second one, takes over what was left behind."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from trailboss.lab.temporal import DevOptions, DevServer, leftover
from trailboss.lab.temporal.clean import stop_all
from trailboss.lab.temporal.options import free_port, temporal_binary
from trailboss.lab.temporal.worker import worker_environment
from trailboss.model import names
from trailboss.model.errors import PermanentError
from trailboss.worker.settings import Settings
from trailboss.worker.temporal import record
from trailboss.worker.temporal.process import Process

pytestmark = pytest.mark.slow

_HANG = """
import asyncio, os, sys, time
from pathlib import Path
from trailboss.lab.temporal import DevOptions, DevServer
from trailboss.worker.settings import Settings
options = DevOptions(home=Path(sys.argv[1]) / "temporal", port=int(sys.argv[2]), ui=False)
asyncio.run(DevServer(Settings(home=sys.argv[1]), options, print).start())
print("up", flush=True)
time.sleep(600)
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


@pytest.fixture
def options(settings: Settings) -> DevOptions:
    return DevOptions(home=settings.temporal_home, port=free_port(), ui=False)


@pytest_asyncio.fixture(autouse=True)
async def nothing_left(settings: Settings) -> AsyncIterator[None]:
    yield
    await stop_all(settings, print)


def killed_owner(options: DevOptions) -> None:
    """Leave a server behind as a `trailboss dev` does that is killed."""
    command = [sys.executable, "-c", _HANG, str(options.home.parent), str(options.port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout
        while "up" not in owner.stdout.readline():
            assert owner.poll() is None
        owner.kill()


async def test_schedules_and_history_survive_a_restart(settings: Settings, options: DevOptions) -> None:
    for attempt in range(2):
        server = DevServer(settings, options, print)
        client = await server.start()
        if attempt == 0:
            await client.start_workflow("ClusterWorkflow", id="cluster/demo", task_queue="q")
        assert (await client.get_workflow_handle("cluster/demo").describe()).workflow_type == names.CLUSTER_WORKFLOW
        process = server.process
        await server.stop()
        assert process
        assert not process.alive
        assert record.read(options.home) is None


async def test_a_second_one_is_refused_and_the_first_stays(settings: Settings, options: DevOptions) -> None:
    first = DevServer(settings, options, print)
    client = await first.start()
    with pytest.raises(PermanentError, match=f"runs already at {options.address}"):
        await DevServer(settings, options, print).start()
    assert await client.service_client.check_health()
    assert record.read(options.home)
    await first.stop()


async def test_a_port_that_is_taken_is_told(settings: Settings, options: DevOptions) -> None:
    listener = await asyncio.start_server(lambda *_: None, "127.0.0.1", options.port)
    async with listener:
        with pytest.raises(PermanentError, match=f"port {options.port} is taken"):
            await DevServer(settings, options, print).start()


async def test_what_a_killed_run_left_is_taken_over(settings: Settings, options: DevOptions) -> None:
    await asyncio.to_thread(killed_owner, options)
    left = record.read(options.home)
    assert left
    assert left.server
    assert left.server.alive
    said: list[str] = []
    server = DevServer(settings, options, said.append)
    await server.start()
    assert server.process == left.server
    assert "taking over" in said[0]
    await server.stop()
    assert not left.server.alive


async def test_what_a_killed_run_left_on_another_port_is_ended(settings: Settings, options: DevOptions) -> None:
    await asyncio.to_thread(killed_owner, options)
    left = leftover.find(options)
    assert left
    elsewhere = options.model_copy(update={"port": free_port()})
    server = DevServer(settings, elsewhere, print)
    await server.start()
    assert not left.process.alive
    await server.stop()


async def test_one_killed_before_it_wrote_its_record_is_found_by_its_database(options: DevOptions) -> None:
    await asyncio.to_thread(killed_owner, options)
    record.remove(options.home)
    found = leftover.find(options)
    assert found
    assert found.address == options.address


async def test_a_hung_leftover_is_ended_and_a_new_one_started(settings: Settings, options: DevOptions) -> None:
    await asyncio.to_thread(killed_owner, options)
    left = leftover.find(options)
    assert left
    os.kill(left.process.pid, signal.SIGKILL)
    server = DevServer(settings, options, print)
    await server.start()
    assert server.process
    assert server.process != left.process
    await server.stop()


def test_our_own_binary_is_preferred() -> None:
    assert temporal_binary() == Path(sys.executable).parent / "temporal"


def test_a_worker_of_ours_forgets_the_users_profile(options: DevOptions) -> None:
    users = {"TEMPORAL_PROFILE": "prod", "TEMPORAL_API_KEY": "k", "PATH": "/bin"}
    assert worker_environment(options, users) == {
        "PATH": "/bin",
        "TEMPORAL_ADDRESS": options.address,
        "TEMPORAL_CONFIG_FILE": os.devnull,
    }
    existing = options.model_copy(update={"existing": "t.example:7233"})
    assert worker_environment(existing, users) == {**users, "TEMPORAL_ADDRESS": "t.example:7233"}


def test_a_process_is_known_by_its_start_time_too() -> None:
    me = Process.of(os.getpid())
    assert me.alive
    assert not me.model_copy(update={"started": "1"}).alive
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        process = Process.of(child.pid)
        child.wait()
        assert not process.alive
