import subprocess
import sys

import pytest
from tests.unit import forked
from typer.testing import CliRunner

from trailboss.cli import main
from trailboss.cli.output import ExitStatus, report_error
from trailboss.model.errors import BadInput, HostRefused, StepFailed
from trailboss.model.problem import Problem


@pytest.mark.parametrize("name", main.COMMANDS)
def test_every_subcommand_exists_and_explains_itself(name: str) -> None:
    result = CliRunner().invoke(main.app, [name, "--help"])
    assert result.exit_code == 0, result.output
    assert f"trailboss {name}" in result.output.replace("root", "trailboss") or f"Usage: {name}" in result.output


def trailboss(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return forked.run(["trailboss", *words], forked.environment(**environment))


def test_quick_commands_import_nothing_heavy() -> None:
    heavy = ("temporalio", "kubernetes", "asyncssh", "pygit2", "asyncio")
    quick = (["validate", "--help"], ["explain", "SSHMachine"], ["--help"], ["--version"])
    code = (
        "import sys\nfrom trailboss.cli.main import app\n"
        f"for words in {quick!r}:\n    try:\n        app(words)\n    except SystemExit:\n        pass\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "[]"


def test_an_unreachable_temporal_says_what_to_do_and_exits_1() -> None:
    done = trailboss("status", TEMPORAL_ADDRESS="127.0.0.1:1")
    assert done.returncode == ExitStatus.FAILED
    assert "no Temporal server answers at 127.0.0.1:1" in done.stderr
    assert "trailboss dev" in done.stderr
    assert "TEMPORAL_ADDRESS" in done.stderr
    assert "Traceback" not in done.stderr


def test_wrong_settings_are_all_told_and_exit_2() -> None:
    done = trailboss("status", TRAILBOSS_LOG_LEVEL="loud", TRAILBOSS_SSH_CONNECT_TIMEOUT="soon")
    assert done.returncode == ExitStatus.BAD_INPUT
    assert "TRAILBOSS_LOG_LEVEL" in done.stderr
    assert "TRAILBOSS_SSH_CONNECT_TIMEOUT" in done.stderr
    assert "loud" not in done.stderr


def test_wrong_options_exit_2() -> None:
    assert trailboss("status", "--nonsense").returncode == ExitStatus.BAD_INPUT
    assert trailboss("nonsense").returncode == ExitStatus.BAD_INPUT


def test_bad_input_prints_every_problem(capsys: pytest.CaptureFixture[str]) -> None:
    problems = tuple(Problem(file="c.yaml", line=line, message=f"wrong {line}") for line in (1, 2))
    assert report_error(BadInput(problems)) is ExitStatus.BAD_INPUT
    printed = capsys.readouterr().err
    assert "c.yaml:1" in printed
    assert "c.yaml:2" in printed


def test_other_errors_are_printed_with_what_to_do_next(capsys: pytest.CaptureFixture[str]) -> None:
    assert report_error(HostRefused("w1: [not trusted]")) is ExitStatus.FAILED
    printed = capsys.readouterr().err
    assert "error: w1: [not trusted]" in printed
    assert "next: check the machine's SSH user" in printed
    assert report_error(StepFailed("no node")) is ExitStatus.FAILED
    assert "next:" not in capsys.readouterr().err
