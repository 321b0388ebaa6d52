"""Colours are for terminals, and for who wants them."""

import os
import pty
import re
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-c", "from trailboss.cli.main import main; main()"]
COLOUR = re.compile(rb"\x1b\[(?:\d+;)*(?:3[0-7]|9[0-7])(?:;\d+)*m")


def environment(**given: str) -> dict[str, str]:
    unwanted = ("NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS")
    return {name: value for name, value in os.environ.items() if name not in unwanted} | {"TERM": "xterm"} | given


def on_a_terminal(*words: str, **given: str) -> bytes:
    ours, theirs = pty.openpty()
    process = subprocess.Popen([*COMMAND, *words], stdin=theirs, stdout=theirs, stderr=theirs, env=environment(**given))
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 4096):
            shown += piece
    except OSError:  # the terminal is closed with its last user
        pass
    os.close(ours)
    assert process.wait(60) == 0
    return shown


WORDS = [("explain", "SSHMachine"), ("validate", "--help")]


@pytest.mark.parametrize("words", WORDS)
def test_there_are_colours_on_a_terminal_and_none_with_no_color(words: tuple[str, ...]) -> None:
    assert COLOUR.search(on_a_terminal(*words))
    assert not COLOUR.search(on_a_terminal(*words, NO_COLOR="1"))


@pytest.mark.parametrize("words", WORDS)
def test_there_is_no_escape_in_a_pipe(words: tuple[str, ...]) -> None:
    done = subprocess.run([*COMMAND, *words], env=environment(), capture_output=True, check=True, timeout=60)
    assert b"\x1b" not in done.stdout
