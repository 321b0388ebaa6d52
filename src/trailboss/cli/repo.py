"""Git repositories that Trailboss follows: add, list, remove, poll, accept."""

from pathlib import Path
from typing import Annotated

import typer

from trailboss.cli import completing
from trailboss.cli.connection import connected
from trailboss.cli.output import Output, OutputOption, console, print_json, run_async
from trailboss.cli.repo_given import absolute, absolute_url, refuse_unreadable, refuse_wrong
from trailboss.cli.repo_view import found_by, repositories_table
from trailboss.model.messages import PollResult, RepositoryStatus
from trailboss.model.revision import Repository
from trailboss.triggers import schedule
from trailboss.worker.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="Git repositories that Trailboss follows.")

NameArgument = Annotated[
    str, typer.Argument(help="The repository's name, as `repo list` shows it.", autocompletion=completing.repositories)
]


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="A name of your own: lower-case letters, digits and hyphens.")],
    url: Annotated[str, typer.Argument(help="A local path, file://, ssh://, user@host:path or https://.")],
    *,
    branch: Annotated[str, typer.Option(help="The branch to follow.")] = "main",
    path: Annotated[
        str, typer.Option(help="The folder that holds one folder per cluster, or wksctl's files.")
    ] = "clusters",
    interval: Annotated[float, typer.Option(help="Seconds between two polls.")] = 30.0,
    ssh_key_file: Annotated[Path | None, typer.Option(help="Private key, by path on the worker.")] = None,
    known_hosts_file: Annotated[Path | None, typer.Option(help="Trusted SSH host keys, by path on the worker.")] = None,
    https_credentials_file: Annotated[
        Path | None, typer.Option(help="Lines https://USER:TOKEN@HOST, by path on the worker.")
    ] = None,
    check: Annotated[bool, typer.Option(help="First see that this machine can read the repository.")] = True,
) -> None:
    """Follow a repository; one of that name that is followed already is changed to what is given."""
    repository = Repository(
        name=name,
        url=absolute_url(url),
        branch=branch,
        path=path,
        interval_seconds=interval,
        ssh_key_file=absolute(ssh_key_file),
        known_hosts_file=absolute(known_hosts_file),
        https_credentials_file=absolute(https_credentials_file),
    )
    refuse_wrong(repository)
    if check:
        refuse_unreadable(repository)
    run_async(_add(repository))


@app.command("list")
def list_(*, output: OutputOption = Output.TEXT) -> None:
    """Show the repositories, what their last polls found, and when the next ones are."""
    statuses = run_async(_list())
    if output is Output.JSON:
        print_json(statuses)
    elif statuses:
        console.print(repositories_table(statuses))
    else:
        console.print("no repository is followed; `trailboss repo add NAME URL` adds one")


@app.command()
def remove(name: NameArgument) -> None:
    """Follow a repository no longer. Its clusters stay as they are."""
    run_async(_remove(name))
    console.print(f"{name} is followed no longer; its clusters stay as they are")


@app.command()
def poll(name: NameArgument, *, output: OutputOption = Output.TEXT) -> None:
    """Poll a repository now and show what was found."""
    result = run_async(_poll(name))
    if output is Output.JSON:
        print_json(result)
    else:
        console.print(f"{name}: {found_by(result)}", markup=False, soft_wrap=True)


@app.command()
def accept(name: NameArgument) -> None:
    """Take a rewritten history (force push) that a poll reported, as it is."""
    commit = run_async(_accept(name))
    console.print(f"{name}: the history that leads to {commit[:12]} is accepted and polled")


async def _add(repository: Repository) -> None:
    async with connected() as client:
        done = await schedule.add_repository(client, repository, task_queue=load_settings().task_queue)
    every = f"polled every {repository.interval_seconds:g} s"
    said = {"added": f"added, {every}", "updated": f"changed, {every}", "unchanged": "as it was already"}
    console.print(f"{repository.name}: {said[done]}", markup=False)


async def _list() -> list[RepositoryStatus]:
    async with connected() as client:
        return await schedule.list_repositories(client)


async def _remove(name: str) -> None:
    async with connected() as client:
        await schedule.remove_repository(client, name)


async def _poll(name: str) -> PollResult:
    async with connected() as client:
        return await schedule.poll_now(client, name)


async def _accept(name: str) -> str:
    async with connected() as client:
        return await schedule.accept_rewrite(client, name)
