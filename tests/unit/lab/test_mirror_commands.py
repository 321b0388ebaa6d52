import sys
from pathlib import Path

import pytest

from trailboss.lab.mirror.commands import run
from trailboss.lab.mirror.errors import MirrorFailed


def test_a_failure_tells_command_status_and_last_words() -> None:
    with pytest.raises(MirrorFailed, match=r"(?s)sh -c .* ended with exit status 3:\nno space left"):
        run(["sh", "-c", "echo no space left >&2; exit 3"])


def test_a_missing_program_is_named_with_what_it_was_for() -> None:
    with pytest.raises(MirrorFailed, match="no-such-go is not installed here; it is needed for: no-such-go build"):
        run(["no-such-go", "build"])


def test_output_directory_and_environment(tmp_path: Path) -> None:
    assert run(["sh", "-c", "echo $PWD $WORD"], cwd=tmp_path, env={"WORD": "here"}).split() == [str(tmp_path), "here"]


def test_the_caller_is_called_while_it_runs() -> None:
    calls: list[int] = []
    run([sys.executable, "-c", "import time; time.sleep(1.5)"], meanwhile=lambda: calls.append(1))
    assert calls == [1]


def test_an_interruption_ends_the_command(tmp_path: Path) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(["sh", "-c", "sleep 2; touch late"], cwd=tmp_path, meanwhile=interrupt)
    assert not (tmp_path / "late").exists()
