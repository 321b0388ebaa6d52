"""What every command shares: the console, exit statuses, how errors and data are printed."""

from collections.abc import Coroutine, Iterable
from enum import IntEnum, StrEnum
from typing import Annotated, Any, TypeVar

import typer
from pydantic import BaseModel, TypeAdapter
from rich.console import Console
from rich.text import Text

from trailboss.model import errors

Result = TypeVar("Result")

console = Console(highlight=False)
error_console = Console(stderr=True, highlight=False)


class ExitStatus(IntEnum):
    OK = 0
    FAILED = 1
    BAD_INPUT = 2


class Output(StrEnum):
    """How a command prints data: for people, or one JSON document."""

    TEXT = "text"
    JSON = "json"


OutputOption = Annotated[Output, typer.Option("--output", "-o", help="For people, or one JSON document.")]

# What to do next, where the error itself cannot know it.
_REMEDIES: dict[type[errors.TrailbossError], str] = {
    errors.HostRefused: "check the machine's SSH user, key and host key in the manifests",
    errors.HostUnreachable: "check the machine's address and port, and that it is up",
    errors.ApiUnavailable: "see `trailboss status` for where the cluster stands",
    errors.RepositoryUnavailable: "check the repository's URL and credentials: `trailboss repo list`",
    errors.RevisionGone: "push a new commit, or see `trailboss repo list`",
}


def run_async(coroutine: Coroutine[Any, Any, Result]) -> Result:
    import asyncio  # the commands that wait for nothing start sooner without

    return asyncio.run(coroutine)


def print_json(data: BaseModel | Iterable[BaseModel]) -> None:
    """Print one JSON document: an object, or a list of objects."""
    value = data if isinstance(data, BaseModel) else list(data)
    typer.echo(TypeAdapter(Any).dump_json(value, indent=2).decode())


def report_error(error: errors.TrailbossError) -> ExitStatus:
    """Print what went wrong and what to do next on standard error; returns the exit status that says so."""
    if isinstance(error, errors.BadInput):
        for problem in error.problems:
            error_console.print(
                Text(str(problem), style="red" if problem.severity == "error" else "yellow"), soft_wrap=True
            )
        return ExitStatus.BAD_INPUT
    error_console.print(Text.assemble(("error: ", "bold red"), str(error)), soft_wrap=True)
    if remedy := remedy_for(error):
        error_console.print(Text.assemble(("next: ", "bold"), remedy), soft_wrap=True)
    return ExitStatus.FAILED


def remedy_for(error: errors.TrailbossError) -> str:
    return next((remedy for kind, remedy in _REMEDIES.items() if isinstance(error, kind)), "")
