import subprocess
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from trailboss.cli.fresh_files import git_init, refuse_overwriting, write_files
from trailboss.cli.output import Output, OutputOption, console, print_json
from trailboss.lab.engine import ensure_engine, stop_engine_if_ours
from trailboss.lab.hosts import LabSpec, all_labs_down, lab_down, lab_replace, lab_up, load_lab
from trailboss.lab.hosts.errors import bad_name
from trailboss.lab.hosts.model import MOST, NAME
from trailboss.lab.hosts.ssh import ssh_command
from trailboss.lab.image.store import ensure_image
from trailboss.lab.scene import manifests as manifests_of

app = typer.Typer(no_args_is_help=True, help="Local hosts to try things on.")


def _name(given: str) -> str:
    """Refuse what is no name before it becomes part of a folder's: `down` removes that folder."""
    if not NAME.fullmatch(given):
        raise bad_name(given)
    return given


NameOption = Annotated[str, typer.Option("--name", help="The lab's name.", callback=_name)]


@app.command()
def up(
    *,
    name: NameOption = "lab",
    control_planes: Annotated[int, typer.Option(min=1, max=MOST["control-plane"], help="How many control planes.")] = 3,
    workers: Annotated[int, typer.Option(min=0, max=MOST["worker"], help="How many workers.")] = 1,
) -> None:
    """Start hosts, or add what is missing."""
    lab_up(LabSpec(name=name, control_planes=control_planes, workers=workers), console)


@app.command()
def image() -> None:
    """Make the hosts' image now rather than at the first `up`; starts the engine where none runs."""
    ensure_engine(console)
    console.print(f"hosts' image: {ensure_image(console)}")


@app.command()
def down(
    *,
    name: NameOption = "lab",
    everything: Annotated[bool, typer.Option("--all", help="All labs.")] = False,
    engine: Annotated[bool, typer.Option("--engine", help="Also the engine, if the lab started it.")] = False,
) -> None:
    """Take a lab away: hosts, volumes, network, keys."""
    if everything:
        all_labs_down(console)
    else:
        lab_down(name, console)
    if engine and stop_engine_if_ours():
        console.print("stopped the container engine that the lab had started")


@app.command()
def replace(host: str, *, name: NameOption = "lab") -> None:
    """Put a blank machine in a host's place, as after a hardware failure: same name and address, nothing else."""
    lab_replace(name, host, console)


@app.command()
def status(*, name: NameOption = "lab", output: OutputOption = Output.TEXT) -> None:
    """Show a lab's hosts."""
    lab = load_lab(name)
    if output is Output.JSON:
        print_json(lab)
        return
    table = Table("HOST", "ROLE", "ADDRESS", "CONTAINER", box=None)
    for host in lab.hosts:
        table.add_row(host.name, host.role, host.address, host.container)
    console.print(table)


@app.command()
def manifests(
    directory: Annotated[Path, typer.Argument(help="The repository to write into; made where it does not exist.")],
    *,
    name: NameOption = "lab",
    cluster: Annotated[str, typer.Option(help="What the cluster is called.")] = "demo",
    kubernetes: Annotated[str, typer.Option(help="Version of Kubernetes; the mirror must have it.")] = "1.34.4",
) -> None:
    """Write a repository that makes one cluster of all the lab's hosts. What is there is never overwritten."""
    files = manifests_of(load_lab(name), cluster=cluster, version=kubernetes)
    refuse_overwriting(directory, files)
    write_files(directory, files)
    git_init(directory)


@app.command("exec", context_settings={"ignore_unknown_options": True})
def exec_(host: str, command: list[str], *, name: NameOption = "lab") -> None:
    """Run a command in a host through the engine."""
    container = load_lab(name).host(host).container
    raise typer.Exit(subprocess.run(["docker", "exec", container, *command], check=False).returncode)


@app.command(context_settings={"ignore_unknown_options": True})
def ssh(host: str, command: Annotated[list[str] | None, typer.Argument()] = None, *, name: NameOption = "lab") -> None:
    """Log in to a host, or run a command there, over SSH."""
    lab = load_lab(name)
    raise typer.Exit(subprocess.run(ssh_command(lab, lab.host(host), *(command or [])), check=False).returncode)
