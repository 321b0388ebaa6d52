import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess, run

import pytest
import pytest_asyncio
from tests.unit.deploy.queries import ROOT
from tests.unit.deploy.scraped import Scraped, scrape

Promtool = Callable[..., CompletedProcess[str]]


@pytest.fixture(scope="session")
def promtool() -> Promtool:
    """Run promtool with words; `scripts/promtool.sh` gets it."""
    found = shutil.which("promtool") or str(ROOT / "build/tools/promtool")
    if not Path(found).exists():
        pytest.skip("no promtool: scripts/promtool.sh")
    return lambda *words: run([found, *map(str, words)], capture_output=True, text=True, check=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def scraped() -> Scraped:
    return await scrape()
