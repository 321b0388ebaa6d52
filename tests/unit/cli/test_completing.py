"""The shell's completion, as bash asks for it."""

import subprocess
import sys

import pytest
from tests.unit import forked


def complete(line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    asked = {
        "_TRAILBOSS_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split(" ")) - 1),
    }
    return forked.run(["trailboss"], forked.environment(**asked, **environment))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("trailboss snap", ["snapshot"]),
        ("trailboss status --w", ["--watch"]),
        ("trailboss snapshot re", ["restore"]),
        ("trailboss snapshot restore --control", ["--control-plane"]),
        ("trailboss kubeconfig --mer", ["--merge"]),
    ],
)
def test_subcommands_and_their_options_are_completed(line: str, expected: list[str]) -> None:
    assert complete(line).stdout.split() == expected


@pytest.mark.parametrize("line", ["trailboss status pro", "trailboss skip prod w", "trailboss ssh prod/w"])
def test_without_a_temporal_names_complete_to_nothing_and_nothing_is_said(line: str) -> None:
    done = complete(line, TEMPORAL_ADDRESS="127.0.0.1:1")
    assert (done.stdout.strip(), done.stderr) == ("", "")


def test_completing_options_imports_one_subcommand_alone() -> None:
    code = (
        "import os, sys\nos.environ.update(_TRAILBOSS_COMPLETE='complete_bash', COMP_WORDS='trailboss validate --o',"
        " COMP_CWORD='2')\nsys.argv[0] = 'trailboss'\nfrom trailboss.cli.main import app\n"
        "try:\n    app()\nexcept SystemExit:\n    pass\n"
        "print([name for name in ('temporalio', 'kubernetes', 'asyncssh', 'pygit2') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split("\n")[-2:] == ["[]", ""]
    assert "--output" in done.stdout
