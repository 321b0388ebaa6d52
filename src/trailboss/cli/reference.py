"""Writes the documentation's page of commands from the commands themselves: `python -m trailboss.cli.reference`."""

from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path
from typing import Any

import typer

from trailboss.cli.examples import examples_of
from trailboss.cli.main import COMMANDS, typer_for

PAGE = Path(__file__).parents[3] / "docs/reference/cli.md"
_HEAD = """# Commands

Written from the commands' own help by `python -m trailboss.cli.reference`; a test holds the two together. `trailboss
COMMAND --help` says the same. Exit status of all: 0 well, 1 failed or refused, 2 bad input, with nothing changed.
"""


def page() -> str:
    """Return the page, with a section for each command and each of its subcommands."""
    sections = (section for name, (target, _) in COMMANDS.items() for section in _sections(name, target))
    return "\n".join((_HEAD, *sections)).rstrip() + "\n"


def _sections(name: str, target: str) -> Iterator[str]:
    command = typer.main.get_command(typer_for(target))
    yield from _section(f"trailboss {name}", command)


def _section(title: str, command: Any) -> Iterator[str]:  # noqa: ANN401 - click's, which typer brings a copy of
    if below := getattr(command, "commands", None):
        for name, each in below.items():
            yield from _section(f"{title} {name}", each)
        return
    usage = " ".join([title, "[OPTIONS]", *(_usage(each) for each in command.params if not _is_option(each))])
    examples = "\n".join(examples_of(title.removeprefix("trailboss ")))
    shown = f"\nExamples:\n\n```\n{examples}\n```\n" if examples else ""
    head = (f"## {title}\n", f"```\n{usage}\n```\n", _plain(command.help or ""), shown)
    yield "\n".join((*head, *_table(command)))


def _is_option(parameter: Any) -> bool:  # noqa: ANN401 - likewise
    return bool(parameter.param_type_name == "option")


def _usage(argument: Any) -> str:  # noqa: ANN401 - likewise
    name = argument.name.upper() + ("…" if argument.nargs == -1 else "")
    return name if argument.required else f"[{name}]"


def _plain(text: str) -> str:
    return cleandoc(text.replace("\b", "")).replace("<", "&lt;")


def _table(command: Any) -> Iterator[str]:  # noqa: ANN401 - likewise
    rows = [_row(parameter) for parameter in command.params if parameter.name != "help" and not _hidden(parameter)]
    if rows:
        yield from ("| | default | meaning |", "|---|---|---|", *rows, "")


def _hidden(parameter: Any) -> bool:  # noqa: ANN401 - likewise
    return bool(getattr(parameter, "hidden", False))


def _row(parameter: Any) -> str:  # noqa: ANN401 - likewise
    name = ", ".join((*parameter.opts, *parameter.secondary_opts)) if _is_option(parameter) else parameter.name.upper()
    meaning = (parameter.help or "").replace("|", "\\|").replace("<", "&lt;")
    return f"| `{name}` | {_default(parameter)} | {meaning} |"


def _default(parameter: Any) -> str:  # noqa: ANN401 - likewise
    if parameter.required:
        return "needed"
    value = getattr(parameter.default, "value", parameter.default)
    return "" if callable(value) or value in (None, False, "", [], ()) else f"`{value}`"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page())
