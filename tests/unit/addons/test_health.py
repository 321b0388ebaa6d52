"""Each file of health/ is an object as an API server has it; its first lines say what is told of it."""

from pathlib import Path

import pytest
import yaml

from trailboss.addons.health import health

CASES = sorted((Path(__file__).parent / "health").glob("*.yaml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_health(path: Path) -> None:
    text = path.read_text()
    state, _, words = text.splitlines()[0].removeprefix("# ").partition(": ")
    found = health(yaml.safe_load(text), ends="ends" in text.splitlines()[1])
    assert (found.state, found.words) == (state, words)
