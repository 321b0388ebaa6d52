"""What end-to-end tests share: a home of their own, a lab, an embedded Temporal and a repository.

The home stays the same from run to run, so that a run finds what an interrupted one left behind and ends it.
"""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from platformdirs import user_data_path
from rich.console import Console
from tests.e2e.ranch import NAME, Ranch
from tests.replay.saving import save_histories

from trailboss.lab import mirror
from trailboss.lab.engine import ensure_engine
from trailboss.lab.hosts import LabSpec, lab_down, lab_up
from trailboss.lab.scene import Embedded, Origin
from trailboss.lab.temporal.clean import stop_all
from trailboss.lab.temporal.options import free_port
from trailboss.worker.settings import Settings, load_settings

VERSION = "1.34.4"
CONSOLE = Console(stderr=True, highlight=False)


@pytest.fixture(scope="session", autouse=True)
def settings() -> Iterator[Settings]:
    """Settings with a home for these tests alone, for this process and those it starts."""
    before = os.environ.get("TRAILBOSS_HOME")
    os.environ["TRAILBOSS_HOME"] = str(user_data_path("trailboss-e2e"))
    yield load_settings()
    os.environ.pop("TRAILBOSS_HOME")
    if before is not None:
        os.environ["TRAILBOSS_HOME"] = before


@pytest.fixture(scope="session")
def artifacts() -> None:
    """The engine runs and the mirror holds what the hosts ask for: once, before any timing."""
    ensure_engine(CONSOLE)
    mirror.ensure([VERSION], console=CONSOLE)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ranch(settings: Settings, artifacts: None) -> AsyncIterator[Ranch]:
    """Three control planes and a worker, bare; a Temporal, a worker process and an empty repository."""
    del artifacts
    await stop_all(settings, CONSOLE.print)
    shutil.rmtree(settings.temporal_home, ignore_errors=True)  # a former run's changes are not this one's
    lab_down(NAME, CONSOLE)
    lab = lab_up(LabSpec(name=NAME, control_planes=3, workers=1), CONSOLE)
    async with Embedded(settings, CONSOLE, port=free_port(), anew=NAME) as temporal:
        origin = Origin(settings.home / NAME / "repository")
        origin.create()
        yield Ranch(lab=lab, temporal=temporal, origin=origin, version=VERSION)
        if folder := os.environ.get("TRAILBOSS_SAVE_HISTORIES"):
            await save_histories(temporal.client, Path(folder))
    lab_down(NAME, CONSOLE)
