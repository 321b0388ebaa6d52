"""The tutorial, command by command; the README's first steps are its own (tests/unit/test_guides.py)."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.e2e.conftest import CONSOLE
from tests.e2e.guide import Block, Reader, blocks

from trailboss.lab.hosts import all_labs_down
from trailboss.lab.temporal.clean import stop_all
from trailboss.worker.settings import Settings

pytestmark = [pytest.mark.lab, pytest.mark.long, pytest.mark.timeout(1500)]

VERSIONS = ("1.33.4", "1.34.4")
ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "docs/tutorial.md"
PUSHED = "trailboss repo poll herd"
AUTHOR = {f"GIT_{who}_{what}": f"reader{'@example.org' if what == 'EMAIL' else ''}"
          for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}  # fmt: skip


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[Reader]:
    """A reader with a clean clone, and a Temporal at its usual place in a home of the tests' own."""
    del settings  # its home stands in the environment
    clone = tmp_path_factory.mktemp("reader") / "trailboss"
    began = time.monotonic()
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    path = f"{clone}/.venv/bin:{os.environ['PATH']}"
    environment = {**os.environ, **AUTHOR, "PATH": path, "VIRTUAL_ENV": str(clone / ".venv")}
    yield Reader(clone, environment, {"git clone": time.monotonic() - began})
    all_labs_down(CONSOLE)


@pytest.mark.usefixtures("artifacts")
async def test_every_command_of_the_tutorial_works(
    reader: Reader, settings: Settings, tell: Callable[[str], None]
) -> None:
    await stop_all(settings, CONSOLE.print)
    began = time.monotonic()
    reached: list[float] = []
    said = ""
    with ExitStack() as until_the_end:
        for block in blocks(TUTORIAL):
            said += _read(reader, block, until_the_end)
            if any(command.startswith(("trailboss plan", PUSHED)) for command in block.commands):
                reached.append(time.monotonic() - began)
    assert said.count("demo: Ready") >= 2
    assert "v1.34.4" in said
    assert "demo: Destroyed" in said
    clone = reader.seconds["git clone"]
    tell(f"from clone to first plan {clone + reached[0]:.0f} s, to first cluster {clone + reached[1]:.0f} s")
    tell("\n  ".join(f"{seconds:6.1f} s  {command}" for command, seconds in reader.seconds.items()))


def _read(reader: Reader, block: Block, until_the_end: ExitStack) -> str:
    if not block.background:
        return reader.run(block)
    until_the_end.enter_context(reader.beside(block))
    reader.run(Block("timeout 60 sh -c 'until trailboss status >/dev/null 2>&1; do sleep 1; done'", background=False))
    return ""
