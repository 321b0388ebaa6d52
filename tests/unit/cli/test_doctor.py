"""`trailboss doctor` on a real Temporal, with and without workers, and machines that are not what they should be."""

import asyncio
import json
import os
import subprocess
import uuid
from pathlib import Path

import pytest
from temporalio.client import Client
from tests.unit.cli.shell_server import shell_server
from tests.unit.cli.standing import standing
from typer.testing import CliRunner

from trailboss.cli import main
from trailboss.cli.doctor_findings import Finding
from trailboss.cli.doctor_places import cluster_findings, home_finding, repository_findings
from trailboss.cli.doctor_temporal import temporal_findings
from trailboss.cli.reading import read_cluster
from trailboss.model.messages import ClusterSeen, PollResult, RepositoryStatus
from trailboss.model.revision import Repository
from trailboss.ssh import SSHDefaults, SSHPool
from trailboss.worker.__main__ import new_worker
from trailboss.worker.settings import Settings

pytestmark = pytest.mark.slow
LOCAL = SSHDefaults(known_hosts_file=Path("/nonexistent"))


def states(findings: list[Finding]) -> dict[str, str]:
    return {f"{each.about} {each.check}": each.state for each in findings}


async def test_a_temporal_without_workers_is_told_so(temporal_client: Client) -> None:
    findings = await temporal_findings(temporal_client, f"q-{uuid.uuid4().hex[:6]}")
    assert states(findings) == {
        "Temporal reachable": "ok",
        "Temporal namespace": "ok",
        "Temporal search attributes": "ok",
        "worker asks for workflows": "fail",
        "worker asks for activities": "fail",
    }
    assert "trailboss worker" in findings[-1].mend


async def test_a_worker_is_found_with_its_version(temporal_client: Client, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, task_queue=f"q-{uuid.uuid4().hex[:6]}")
    pool = SSHPool(LOCAL)
    async with new_worker(temporal_client, pool, settings):
        for _ in range(100):
            findings = await temporal_findings(temporal_client, settings.task_queue)
            if all(each.state == "ok" for each in findings):
                break
            await asyncio.sleep(0.1)
    await pool.close()
    assert {each.state for each in findings} == {"ok"}, findings
    assert f"{os.getpid()}@" in next(each.found for each in findings if each.check == "asks for activities")
    assert findings[-1].check == "version"


async def test_a_namespace_that_is_not_there_is_told_with_the_command(temporal_client: Client) -> None:
    config = temporal_client.config()
    config["namespace"] = "elsewhere"
    findings = await temporal_findings(Client(**config), "q")
    assert states(findings)["Temporal namespace"] == "fail"
    assert "temporal operator namespace create --namespace elsewhere" in findings[-1].mend


def test_without_a_temporal_the_rest_is_looked_at_and_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("TRAILBOSS_HOME", str(tmp_path / "not/yet"))
    done = CliRunner().invoke(main.app, ["doctor", "--output", "json"])
    findings = {each["check"]: each for each in json.loads(done.stdout)}
    assert done.exit_code == 1
    assert findings["disk"]["about"] == "this machine"
    assert findings["reachable"]["state"] == "fail"
    assert "trailboss dev" in findings["reachable"]["mend"]
    assert not (tmp_path / "not").exists()


def test_a_home_that_cannot_be_written_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # tests may run as root, who may write anywhere
    assert home_finding(tmp_path).state == "fail"


async def test_repositories_are_looked_at_from_both_sides(tmp_path: Path) -> None:
    assert states(await repository_findings([])) == {"repositories followed": "warn"}
    gone = Repository(name="gone", url=str(tmp_path / "gone"))
    seen = ClusterSeen(problems=("no Cluster is described here",))
    last = PollResult(head="c" * 40, problem="it is gone", clusters={"prod": seen})
    found = await repository_findings([RepositoryStatus(repository=gone, last=last)])
    assert states(found) == {
        "repository gone polled": "warn",
        "repository gone readable from here": "warn",
        "repository gone cluster prod": "warn",
    }
    assert "there is no such folder" in found[1].found


async def test_a_machine_is_told_by_what_is_wrong_with_it(
    temporal_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAILBOSS_HOME", str(tmp_path / "home"))
    name = f"d-{uuid.uuid4().hex[:6]}"
    async with standing(temporal_client, tmp_path, name, queue=name, kubernetes_version="1.29.3"):
        view = await read_cluster(temporal_client, name)
        refused = await cluster_findings(temporal_client, view, LOCAL)
    told = states(refused)
    assert told[f"cluster {name} state"] == "ok"
    assert told[f"cluster {name} Kubernetes"] == "fail"
    assert told[f"machine {name}/{name}-cp-1 SSH"] == "fail"
    assert "known hosts" in refused[-1].found
    assert all(each.mend for each in refused if each.state != "ok")


def bash(script: str) -> str:
    return subprocess.run(["bash", "-s"], input=script, capture_output=True, text=True, check=False).stdout


async def test_a_machine_that_is_well_is_told_so(
    temporal_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAILBOSS_HOME", str(tmp_path / "home"))
    name = f"d-{uuid.uuid4().hex[:6]}"
    async with (
        shell_server(bash) as ssh,
        standing(temporal_client, tmp_path, name, queue=name, ssh=ssh, kubernetes_version="1.34.4"),
    ):
        findings = await cluster_findings(temporal_client, await read_cluster(temporal_client, name), LOCAL)
    told = states(findings)
    assert told[f"cluster {name} Kubernetes"] == "ok"
    assert told[f"machine {name}/{name}-cp-1 SSH"] == "ok"
    assert told[f"machine {name}/{name}-cp-1 clock"] == "ok"
    assert f"machine {name}/{name}-cp-1 disk" in told
