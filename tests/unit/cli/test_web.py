"""Links to the web UI: whose it is, and that commands print them, in words and as a field."""

import asyncio
import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from temporalio.client import Client
from tests.unit.cli.standing import Past, standing

from trailboss.cli.history_reading import changes_query
from trailboss.cli.logs import operations_query
from trailboss.cli.web import web
from trailboss.model import names
from trailboss.model.errors import BadInput
from trailboss.model.progress import ChangeResult
from trailboss.worker.settings import load_settings
from trailboss.worker.temporal import record
from trailboss.worker.temporal.process import Process

MAIN = "from trailboss.cli.main import main; main()"
UI = "http://127.0.0.1:8233"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No Temporal of one's own is named, and nothing is remembered."""
    for name in [name for name in os.environ if name.startswith(("TEMPORAL_", "TRAILBOSS_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(tmp_path / "none.toml"))
    monkeypatch.setenv("TRAILBOSS_HOME", str(tmp_path))
    (tmp_path / "temporal").mkdir()
    return tmp_path / "temporal"


def dev(home: Path, *, process: Process) -> None:
    record.write(home, record.DevRecord(address="127.0.0.1:7300", ui=UI, owner=process, server=process))


def test_a_running_dev_server_is_known(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dev(home, process=Process.of(os.getpid()))
    page = f"{UI}/namespaces/default/workflows/cluster%2Fdemo"
    assert web().page("cluster/demo") == page
    monkeypatch.setenv("TEMPORAL_ADDRESS", "localhost:7300")
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "farm")
    assert web().page("cluster/demo") == page.replace("default", "farm")


def test_of_another_temporal_nothing_is_known(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dev(home, process=Process.of(os.getpid()))
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal.example.com:7233")
    assert web().page("cluster/demo") == web().found("any") == ""
    monkeypatch.setenv("TRAILBOSS_UI_ADDRESS", "https://temporal.example.com/ui/")
    assert web().page("a/b") == "https://temporal.example.com/ui/namespaces/default/workflows/a%2Fb"


def test_a_dev_server_that_has_ended_is_not_linked_to(home: Path) -> None:
    ended = subprocess.Popen(["sleep", "60"])
    process = Process.of(ended.pid)
    dev(home, process=process)
    assert web().address == UI
    ended.kill()
    ended.wait()
    assert web().address == ""


def test_an_address_without_a_scheme_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAILBOSS_UI_ADDRESS", "temporal.example.com")
    with pytest.raises(BadInput):
        load_settings()


@pytest.mark.slow
async def test_commands_link_to_what_they_are_about(temporal_client: Client, tmp_path: Path) -> None:
    name = f"w-{uuid.uuid4().hex[:6]}"
    async with standing(temporal_client, tmp_path, name, queue=name) as revisions:
        change = names.change_id(name, revisions[name].commit)
        result = ChangeResult(revision=revisions[name], outcome="done")
        await temporal_client.execute_workflow(Past.run, result, id=change, task_queue=name)
        query = f"WorkflowId = '{change}' AND ExecutionStatus = 'Completed'"
        while not (await temporal_client.count_workflows(query)).count:
            await asyncio.sleep(0.1)
        environment = {
            **os.environ,
            "TEMPORAL_ADDRESS": temporal_client.service_client.config.target_host,
            "TRAILBOSS_UI_ADDRESS": UI,
            "TRAILBOSS_HOME": str(tmp_path),
        }
        own = f"{UI}/namespaces/default/workflows/cluster%2F{name}"

        async def said(*words: str) -> str:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", MAIN, *words, env=environment, stdout=asyncio.subprocess.PIPE
            )
            return (await process.communicate())[0].decode()

        assert f"web UI: {own}\n" in await said("status", name)
        assert json.loads(await said("status", name, "-o", "json"))[0]["web_ui"] == own
        history = f"{own}%2Fchange%2F{revisions[name].short}"
        assert json.loads(await said("history", name, "-o", "json"))[0]["web_ui"] == history
        assert f"web UI: {UI}/namespaces/default/workflows?query=" in await said("history", name)
        assert f"web UI: {UI}/namespaces/default/workflows?query=" in await said("status")
        changes = [each.id async for each in temporal_client.list_workflows(changes_query(name))]
        assert set(changes) == {change}
        assert (await temporal_client.count_workflows(operations_query(name))).count == 0
