"""The scripts behind `make`, in a checkout whose virtual environment only writes down what it is asked."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copytree(SCRIPTS, tmp_path / "scripts")
    commands = tmp_path / ".venv" / "bin"
    commands.mkdir(parents=True)
    for name in ("python", "trailboss"):
        script = f'#!/bin/sh\necho "${{TRAILBOSS_HOME##*/}} {name} $*" >> {tmp_path}/asked\n'
        if name == "python":
            script += 'case "$*" in *"-m not lab"*) exit "${FAST:-0}" ;; *) exit "${E2E:-0}" ;; esac\n'
        (commands / name).write_text(script)
        (commands / name).chmod(0o755)
    return tmp_path


def _run(checkout: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("TRAILBOSS_", "XDG_"))}
    command = ["bash", str(checkout / "scripts" / words[0]), *words[1:]]
    return subprocess.run(
        command, env={**clean, "HOME": str(checkout), **environment}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("arguments", "statuses", "expected"),
    [
        ((), {}, 0),
        ((), {"FAST": "5"}, 5),
        (("--", "-k", "x"), {"FAST": "5"}, 0),
        (("--", "-k", "x"), {"E2E": "5"}, 0),
        (("--", "-k", "x"), {"FAST": "5", "E2E": "5"}, 1),
        (("--", "-k", "x"), {"FAST": "5", "E2E": "1"}, 1),
        (("--", "-k", "x"), {"FAST": "1"}, 1),
    ],
)
def test_a_selection_may_have_no_test_in_one_of_the_runs(
    arguments: tuple[str, ...], statuses: dict[str, str], expected: int, checkout: Path
) -> None:
    assert _run(checkout, "test.sh", "fast", "e2e", *arguments, **statuses).returncode == expected


def test_clean_lab_goes_through_all_our_homes(checkout: Path) -> None:
    done = _run(checkout, "clean_lab.sh", TRAILBOSS_HOME="~/mine", XDG_DATA_HOME=str(checkout / "data"))
    assert done.returncode == 0, done.stderr
    asked = (checkout / "asked").read_text().splitlines()[1:]  # the first question is whether trailboss works
    homes = ("mine", "trailboss-e2e", "trailboss-bench")
    assert asked == [
        *(f"{home} python -m trailboss.lab.temporal.clean" for home in homes),
        *(f"{home} trailboss lab down --all --engine" for home in homes),
    ]
