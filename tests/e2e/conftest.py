"""What end-to-end tests share: a home of their own, a lab, an embedded Temporal and a repository.

The home stays the same from run to run, so that a run finds what an interrupted one left behind and ends it.
"""

import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
import pytest_asyncio
from platformdirs import user_data_path
from rich.console import Console
from tests.e2e.ranch import NAME, Ranch
from tests.replay.saving import save_histories

from trailboss.lab import mirror
from trailboss.lab.engine import ensure_engine
from trailboss.lab.hosts import Lab, LabSpec, lab_down, lab_up
from trailboss.lab.scene import Embedded, Origin, defaults
from trailboss.lab.temporal.clean import stop_all
from trailboss.lab.temporal.options import free_port
from trailboss.manifests import cluster_defaults
from trailboss.manifests.default_file import VARIABLE
from trailboss.worker.settings import Settings, load_settings

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


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print a figure where whoever runs the tests sees it."""

    def say(words: str) -> None:
        with capsys.disabled():
            CONSOLE.print(f"\n  {words}", markup=False, soft_wrap=True)

    return say


@pytest.fixture(scope="module")
def artifacts(request: pytest.FixtureRequest) -> None:
    """The engine runs and the mirror holds what the module's hosts ask for (`VERSIONS`), before any timing."""
    ensure_engine(CONSOLE)
    mirror.ensure(request.module.VERSIONS, console=CONSOLE)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ranch(request: pytest.FixtureRequest, settings: Settings, artifacts: None) -> AsyncIterator[Ranch]:
    """Bare hosts, `HOSTS` of the module (control planes, workers); a Temporal, a worker process, an empty repository.

    The manifests ask for the first of the module's `VERSIONS`. With `DEFAULTS`, what the hosts need is in a file of the
    worker's and need not be in them.
    """
    del artifacts
    await stop_all(settings, CONSOLE.print)
    shutil.rmtree(settings.temporal_home, ignore_errors=True)  # a former run's changes are not this one's
    control_planes, workers = request.module.HOSTS
    lab_down(NAME, CONSOLE)
    lab = lab_up(LabSpec(name=NAME, control_planes=control_planes, workers=workers), CONSOLE)
    starting_from = _defaults(settings, lab) if getattr(request.module, "DEFAULTS", False) else nullcontext()
    with starting_from:
        async with Embedded(settings, CONSOLE, port=free_port(), anew=NAME) as temporal:
            origin = Origin(settings.home / NAME / "repository")
            origin.create()
            yield Ranch(lab=lab, temporal=temporal, origin=origin, version=request.module.VERSIONS[0])
            if folder := os.environ.get("TRAILBOSS_SAVE_HISTORIES"):
                await save_histories(temporal.client, Path(folder))
    lab_down(NAME, CONSOLE)


@contextmanager
def _defaults(settings: Settings, lab: Lab) -> Iterator[None]:
    """What the lab's hosts need holds for every cluster of this process and of those it starts."""
    file = settings.home / NAME / "defaults.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(defaults(lab))
    os.environ[VARIABLE] = str(file)
    cluster_defaults.cache_clear()
    yield
    del os.environ[VARIABLE]
    cluster_defaults.cache_clear()
