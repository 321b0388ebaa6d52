"""Every command shows examples, and each of them can be understood."""

import shlex
from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from trailboss.cli import main
from trailboss.cli.examples import EXAMPLES


def commands() -> Iterator[tuple[str, Any]]:
    for name in main.COMMANDS:
        yield from leaves(name, main.command_of(name))


def leaves(name: str, command: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - click's, of which typer has its own
    if below := getattr(command, "commands", None):
        for each, inner in below.items():
            yield from leaves(f"{name} {each}", inner)
    else:
        yield name, command


ALL = dict(commands())


def examples(name: str) -> list[str]:
    """Return the examples in a command's help: from the table, or of its own."""
    own = [line.strip() for line in (ALL[name].help or "").replace("`", "\n").splitlines()]
    return [*EXAMPLES.get(name, ()), *(line for line in own if f"trailboss {name} " in line)]


def words_of(example: str) -> list[str]:
    """Return our command's words: what a shell does before and after it is its own affair."""
    words = shlex.split(example)
    ours = words[words.index("trailboss") :]
    end = next((number for number, word in enumerate(ours) if word in {">", "|", "<"}), len(ours))
    return ours[:end]


@pytest.mark.parametrize("name", ALL)
def test_every_command_has_examples_and_shows_them(name: str) -> None:
    assert examples(name), "cli/examples.py has them all"
    shown = CliRunner().invoke(main.app, [*name.split(), "--help"], env={"COLUMNS": "200"}).output
    assert all(example in shown for example in EXAMPLES.get(name, ()))


@pytest.mark.parametrize("name", ALL)
def test_every_example_can_be_understood(name: str) -> None:
    for example in examples(name):
        words = words_of(example)
        prefix = ["trailboss", *name.split()]
        assert words[: len(prefix)] == prefix
        ALL[name].make_context(name, words[len(prefix) :])


def test_no_example_is_of_a_command_that_is_gone() -> None:
    assert set(EXAMPLES) <= set(ALL)
