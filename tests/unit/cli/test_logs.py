"""`trailboss logs` against a real SSH server, whose shell works in a folder that stands for the host."""

import asyncio
import json
import uuid
from pathlib import Path

import pytest
from temporalio.client import Client
from tests.unit.cli.shell_server import shell_server
from tests.unit.cli.standing import standing
from tests.unit.steps.sandbox import Sandbox
from typer.testing import CliRunner, Result

from trailboss.cli import main
from trailboss.cli.logs import up_to_whole
from trailboss.facts.step_logs import StepLog

pytestmark = pytest.mark.slow


@pytest.fixture
def host(tmp_path: Path) -> Sandbox:
    made = Sandbox(tmp_path / "host")
    made.program("systemctl", "exit 3")
    made.write("/var/lib/trailboss/steps/demo-1-1.34.4-init/output", "join with --token abcdef.0123456789abcdef\n")
    made.write("/var/lib/trailboss/steps/demo-1-1.34.4-init/exit", "0\n")
    return made


async def logs(client: Client, folder: Path, host: Sandbox, *words: str, up: bool = True) -> Result:
    name = f"l-{uuid.uuid4().hex[:6]}"
    environment = {
        "TRAILBOSS_HOME": str(folder / "home"),
        "TEMPORAL_ADDRESS": client.service_client.config.target_host,
        "COLUMNS": "200",
    }
    async with shell_server(lambda script: host.run(script).stdout) as ssh:
        leads = ssh if up else json.dumps({**json.loads(ssh), "port": 1})
        async with standing(client, folder, name, queue=name, ssh=leads):
            asked = ["logs", name, *(word.format(name=name) for word in words)]
            return await asyncio.to_thread(lambda: CliRunner().invoke(main.app, asked, env=environment))


async def test_what_steps_wrote_is_shown_without_secrets(
    temporal_client: Client, tmp_path: Path, host: Sandbox
) -> None:
    done = await logs(temporal_client, tmp_path, host)
    assert done.exit_code == 0, done.output
    assert "-cp-1 init: ended well" in done.stdout
    assert "  join with --token [redacted]" in done.stdout
    assert "0123456789abcdef" not in done.output


async def test_json_has_no_secrets_either(temporal_client: Client, tmp_path: Path, host: Sandbox) -> None:
    done = await logs(temporal_client, tmp_path, host, "{name}-cp-1", "--output", "json")
    (log,) = json.loads(done.stdout)
    assert (log["step"], log["state"], log["output"]) == ("init", "0", "join with --token [redacted]\n")


async def test_a_machine_that_does_not_answer_is_told_and_fails(
    temporal_client: Client, tmp_path: Path, host: Sandbox
) -> None:
    done = await logs(temporal_client, tmp_path, host, up=False)
    assert done.exit_code == 1
    assert "-cp-1" in done.output
    assert "127.0.0.1:1" in done.output


@pytest.mark.parametrize(
    ("output", "shown", "size"),
    [
        ("one\ntw", "one\n", 98),
        ("é\n-----BEGIN PRIVATE KEY-----\nMIIE\n", "é\n", 100 - len("-----BEGIN PRIVATE KEY-----\nMIIE\n")),
        ("one\n", "one\n", 100),
        ("", "", 100),
    ],
)
def test_half_a_line_and_half_a_key_wait_for_the_next_look(output: str, shown: str, size: int) -> None:
    log = StepLog(machine="w1", key="k", at=1, state="running", size=100, output=output)
    assert (up_to_whole(log).output, up_to_whole(log).size) == (shown, size)
    ended = log.model_copy(update={"state": "0"})
    assert up_to_whole(ended) == ended
