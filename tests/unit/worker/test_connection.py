import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode
from tests.unit import forked

from trailboss.model import names
from trailboss.model.errors import PermanentError, TemporalUnreachable
from trailboss.worker.settings import Settings
from trailboss.worker.temporal import record, search_attributes
from trailboss.worker.temporal.connection import client_options, connect
from trailboss.worker.temporal.process import Process


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "temporal").mkdir()
    return Settings(home=tmp_path)


def dev_runs(settings: Settings, process: Process) -> None:
    record.write(settings.temporal_home, record.DevRecord(address="127.0.0.1:7999", server=process))


def test_nothing_set_and_nothing_running_is_temporals_own_default(settings: Settings) -> None:
    assert client_options(settings)["target_host"] == "localhost:7233"


def test_a_running_dev_is_found(settings: Settings) -> None:
    dev_runs(settings, Process.of(os.getpid()))
    assert client_options(settings)["target_host"] == "127.0.0.1:7999"


def test_a_dev_that_died_is_not_taken_though_its_pid_lives_again(settings: Settings) -> None:
    dev_runs(settings, Process(pid=os.getpid(), started="1"))
    assert client_options(settings)["target_host"] == "localhost:7233"


def test_a_record_cut_short_is_no_record(settings: Settings) -> None:
    record.record_file(settings.temporal_home).write_text('{"address": "127')
    assert client_options(settings)["target_host"] == "localhost:7233"


def test_the_environment_and_the_profile_come_before_a_running_dev(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dev_runs(settings, Process.of(os.getpid()))
    file = tmp_path / "temporal.toml"
    file.write_text('[profile.prod]\naddress = "temporal.example:7233"\nnamespace = "herd"\n')
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(file))
    monkeypatch.setenv("TEMPORAL_PROFILE", "prod")
    options = client_options(settings)
    assert (options["target_host"], options["namespace"]) == ("temporal.example:7233", "herd")
    monkeypatch.setenv("TEMPORAL_ADDRESS", "other.example:7233")
    assert client_options(settings)["target_host"] == "other.example:7233"


def test_a_profile_that_is_not_there_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_PROFILE", "nope")
    with pytest.raises(TemporalUnreachable, match="nope"):
        client_options(settings)


async def test_an_unreachable_server_says_what_to_do(settings: Settings) -> None:
    with pytest.raises(TemporalUnreachable, match=r"127\.0\.0\.1:1 .*trailboss dev.*TEMPORAL_ADDRESS"):
        await connect(settings, address="127.0.0.1:1")


async def test_search_attributes_are_registered_once(temporal_client: Client) -> None:
    from temporalio.api.operatorservice.v1 import RemoveSearchAttributesRequest

    gone = names.ATTRIBUTE_DRIFT
    request = RemoveSearchAttributesRequest(namespace="default", search_attributes=[gone])
    await temporal_client.operator_service.remove_search_attributes(request)
    assert await search_attributes.register(temporal_client) == (gone,)
    assert await search_attributes.register(temporal_client) == ()


def _refusing(status: RPCStatusCode) -> Callable[..., Awaitable[None]]:
    async def refuse(_: object) -> None:
        raise RPCError("made up: no", status, b"")

    return refuse


async def test_attributes_that_are_missing_and_may_not_be_added_are_an_error_with_the_command(
    temporal_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "ATTRIBUTES", (*names.ATTRIBUTES, "TrailbossOfTomorrow"))
    add = _refusing(RPCStatusCode.PERMISSION_DENIED)
    monkeypatch.setattr(temporal_client.operator_service, "add_search_attributes", add)
    with pytest.raises(PermanentError, match="create --namespace default --name TrailbossOfTomorrow --type Keyword"):
        await search_attributes.register(temporal_client)


async def test_where_nobody_tells_us_the_attributes_the_command_is_told_and_we_go_on(
    temporal_client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    service = temporal_client.operator_service
    monkeypatch.setattr(service, "list_search_attributes", _refusing(RPCStatusCode.PERMISSION_DENIED))
    assert await search_attributes.register(temporal_client) == ()
    assert "search-attribute create --namespace default --name TrailbossCluster" in caplog.text
    monkeypatch.setattr(service, "list_search_attributes", _refusing(RPCStatusCode.UNAVAILABLE))
    with pytest.raises(TemporalUnreachable, match="made up"):
        await search_attributes.register(temporal_client)


@pytest.mark.parametrize(
    ("environment", "status", "words"),
    [
        ({"TRAILBOSS_LOG_LEVEL": "loud"}, 2, "environment TRAILBOSS_LOG_LEVEL: "),
        (
            {"TRAILBOSS_CLUSTER_DEFAULTS": "/none.yaml"},
            2,
            "environment TRAILBOSS_CLUSTER_DEFAULTS: the file of defaults",
        ),
        ({"TEMPORAL_ADDRESS": "127.0.0.1:1"}, 1, "error: no Temporal server answers at 127.0.0.1:1"),
    ],
)
def test_a_worker_that_cannot_start_says_why(environment: dict[str, str], status: int, words: str) -> None:
    done = forked.run(["worker"], forked.environment(**environment))
    assert done.returncode == status
    assert done.stderr.startswith(words)


async def test_a_worker_alone_registers_search_attributes(temporal_client: Client) -> None:
    from temporalio.api.operatorservice.v1 import RemoveSearchAttributesRequest

    request = RemoveSearchAttributesRequest(namespace="default", search_attributes=[names.ATTRIBUTE_DRIFT])
    await temporal_client.operator_service.remove_search_attributes(request)
    address = temporal_client.service_client.config.target_host
    command = [sys.executable, "-m", "trailboss.worker"]
    environment = {**os.environ, "TEMPORAL_ADDRESS": address, "TRAILBOSS_TASK_QUEUE": "alone"}
    worker = await asyncio.create_subprocess_exec(*command, env=environment, stderr=asyncio.subprocess.PIPE)
    assert worker.stderr
    told = b""
    while b"works on task queue" not in told:
        line = await asyncio.wait_for(worker.stderr.readline(), 60)
        assert line, told.decode()
        told += line
    worker.terminate()
    assert await worker.wait() == 0
    assert f"registered the search attribute {names.ATTRIBUTE_DRIFT}" in told.decode()
