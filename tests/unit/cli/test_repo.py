import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.client import Client
from tests.unit.git.origin import Origin, manifest
from tests.unit.triggers.following import Following, following, until
from typer.testing import CliRunner

from trailboss.cli.output import console, report_error
from trailboss.cli.repo import app
from trailboss.model.errors import TrailbossError
from trailboss.triggers import schedule


@pytest_asyncio.fixture
async def here(temporal_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Following]:
    monkeypatch.setattr(console, "_width", 300)  # COLUMNS counts only when it is made
    async with following(temporal_client, tmp_path / "cache") as here:
        here.repositories.append(here.name("fleet"))
        yield here


@pytest.fixture
def origin(tmp_path: Path) -> Origin:
    return Origin(tmp_path / "origin")


async def trailboss(here: Following, *arguments: str) -> tuple[int, str, str]:
    """Run the command as `main` does; returns exit status, standard output, and what errors say."""
    environment = {
        "TEMPORAL_ADDRESS": here.client.service_client.config.target_host,
        "TRAILBOSS_TASK_QUEUE": here.queue,
    }
    # In a thread: the command has an event loop of its own.
    done = await asyncio.to_thread(CliRunner().invoke, app, list(arguments), env=environment)
    if isinstance(done.exception, TrailbossError):
        return report_error(done.exception), done.stdout, str(done.exception)
    return done.exit_code, done.stdout, done.output


async def test_add_poll_list_remove(here: Following, origin: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    name = here.name("fleet")
    cluster = here.name("a")
    head = origin.push({f"clusters/{cluster}/c.yaml": manifest(cluster)})
    here.cluster("a")
    monkeypatch.chdir(origin.path.parent)
    status, text, _ = await trailboss(here, "add", name, "origin", "--interval", "600")
    assert (status, text.strip()) == (0, f"{name}: added, polled every 600 s")
    status, text, _ = await trailboss(here, "poll", name, "--output", "json")
    assert status == 0
    assert json.loads(text)["head"] == head

    async def listed() -> dict[str, object] | None:
        _, text, _ = await trailboss(here, "list", "--output", "json")
        return next((one for one in json.loads(text) if one["repository"]["name"] == name and one["last"]), None)

    found = await until(listed, 20)
    assert found["repository"]["url"] == str(origin.path), "a path is seen from the worker's folder too"
    status, text, _ = await trailboss(here, "list")
    assert status == 0
    assert f"at {head[:12]}" in text
    status, text, error = await trailboss(here, "accept", name)
    assert status == 2
    assert "no rewritten history" in error
    assert (await trailboss(here, "remove", name))[0] == 0
    status, _, error = await trailboss(here, "poll", name)
    assert status == 2
    assert "not followed" in error
    assert await here.submitted("a") == [head]


async def test_all_that_is_wrong_is_told_at_once(here: Following) -> None:
    status, _, error = await trailboss(here, "add", "Fleet!", "https://me:s3cret@example.org/x", "--interval", "0.1")
    assert status == 2
    assert "NAME" in error
    assert "--interval" in error
    assert "holds a password" in error
    assert "s3cret" not in error


async def test_a_remote_that_cannot_be_read_is_not_added(here: Following, tmp_path: Path) -> None:
    name = here.name("fleet")
    status, _, error = await trailboss(here, "add", name, str(tmp_path / "nowhere"))
    assert status == 2
    assert "no such folder" in error
    assert "--no-check" in error
    described = [one.id async for one in await here.client.list_schedules()]
    assert f"repo/{name}" not in described


async def test_accept_takes_the_rewrite(here: Following, origin: Origin) -> None:
    name, cluster = here.name("fleet"), here.name("a")
    files = {f"clusters/{cluster}/c.yaml": manifest(cluster)}
    first = origin.push(files)
    here.cluster("a")
    assert (await trailboss(here, "add", name, str(origin.path), "--interval", "600"))[0] == 0
    await schedule.poll_now(here.client, name)
    rewritten = origin.force_push(None, {f"clusters/{cluster}/c.yaml": manifest(cluster, "1.34.3")})
    _, text, _ = await trailboss(here, "poll", name)
    assert "was rewritten" in text
    status, text, _ = await trailboss(here, "accept", name)
    assert (status, rewritten[:12] in text) == (0, True)
    assert (await schedule.poll_now(here.client, name)).head == rewritten
    assert await here.submitted("a") == [first, rewritten]
