from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from trailboss.cli.fresh_files import git_init, refuse_overwriting, write_files
from trailboss.cli.output import console, error_console
from trailboss.cli.validate import problem_text
from trailboss.manifests import load_tree
from trailboss.manifests.scaffold import ScaffoldMachine, ScaffoldSpec, scaffold
from trailboss.manifests.scaffold.render import SCHEMAS
from trailboss.model.cluster import Endpoint
from trailboss.model.errors import BadInput
from trailboss.model.machine import Role, SSHAccess
from trailboss.model.problem import Problem
from trailboss.model.supported import SUPPORTED

_EXAMPLE_CONTROL_PLANES = ("192.0.2.11", "192.0.2.12", "192.0.2.13")
_EXAMPLE_WORKERS = ("192.0.2.21",)
_EXAMPLE_ENDPOINT = "192.0.2.10"
"""Addresses that exist in documentation only (RFC 5737): shown where the user names no machine."""
_HIGHEST_PORT = 65535


def init(
    directory: Annotated[Path, typer.Argument(help="Where to write; made where it does not exist.")] = Path(),
    *,
    name: Annotated[str, typer.Option(help="What the cluster is called.")] = "demo",
    kubernetes: Annotated[str, typer.Option(help=f"Version of Kubernetes, {SUPPORTED}.")] = "1.34.4",
    control_plane: Annotated[
        list[str] | None, typer.Option(help="A control plane's address, or NAME=ADDRESS. Repeat for more.")
    ] = None,
    worker: Annotated[
        list[str] | None, typer.Option(help="A worker's address, or NAME=ADDRESS. Repeat for more.")
    ] = None,
    endpoint: Annotated[
        str | None, typer.Option(help="HOST or HOST:PORT of a load balancer or virtual address of the API servers.")
    ] = None,
    user: Annotated[str, typer.Option(help="Who logs in: root, or a user with sudo without a password.")] = "root",
    key_file: Annotated[str | None, typer.Option(help="Path of the private key on the worker.")] = None,
) -> None:
    """Write a Git repository to start from. Nothing that is there already is overwritten."""
    example = not control_plane and not worker
    spec = ScaffoldSpec(
        name=name,
        kubernetes_version=kubernetes.removeprefix("v"),
        endpoint=_endpoint(endpoint or (_EXAMPLE_ENDPOINT if example else None)),
        ssh=SSHAccess(user=user, key_file=key_file),
        machines=(
            *_machines("control-plane", "cp", _EXAMPLE_CONTROL_PLANES if example else control_plane or ()),
            *_machines("worker", "worker", _EXAMPLE_WORKERS if example else worker or ()),
        ),
    )
    files = scaffold(spec)
    warnings = _check(files)
    # An older schema is no reason to refuse: it stays, and `trailboss schemas write` renews it.
    refuse_overwriting(directory, {file: text for file, text in files.items() if not file.startswith(SCHEMAS)})
    write_files(directory, files)
    for warning in warnings:
        console.print(problem_text(warning), soft_wrap=True)
    _print_next(directory, files, git=git_init(directory), example=example)


def _endpoint(text: str | None) -> Endpoint | None:
    if text is None:
        return None
    host, colon, port = text.partition(":")
    if colon and (not port.isdecimal() or int(port) not in range(1, _HIGHEST_PORT + 1)):
        raise BadInput((_option_problem("--endpoint", text, "HOST or HOST:PORT, with a port from 1 to 65535"),))
    return Endpoint(host=host, port=int(port)) if port else Endpoint(host=host)


def _machines(role: Role, prefix: str, addresses: tuple[str, ...] | list[str]) -> list[ScaffoldMachine]:
    machines = []
    for number, text in enumerate(addresses, start=1):
        name, given, address = text.rpartition("=")
        machines.append(ScaffoldMachine(name=name if given else f"{prefix}-{number}", role=role, address=address))
    return machines


def _check(files: Mapping[str, str]) -> tuple[Problem, ...]:
    """Return warnings about what the options come to; errors end the command before anything is written."""
    loaded = load_tree(files)
    if loaded.errors:
        error_console.print("nothing was written: with these options the manifests would not be valid", style="red")
        raise BadInput(loaded.errors)
    return loaded.warnings


def _print_next(directory: Path, files: Mapping[str, str], *, git: bool, example: bool) -> None:
    machines = next(file for file in files if file.endswith("machines.yaml"))
    steps = [
        *([f"edit {directory / machines}: the addresses are examples"] if example else []),
        f"trailboss validate {directory}",
        *([] if git else [f"git init {directory}"]),
        f"git -C {directory} add . && git -C {directory} commit -m 'Describe the cluster'",
        "trailboss repo add --help   (let Trailboss follow the repository)",
    ]
    console.print(Text("next:", "bold"))
    for number, step in enumerate(steps, start=1):
        console.print(Text(f"  {number}. {step}"), soft_wrap=True)


def _option_problem(option: str, found: str, allowed: str) -> Problem:
    return Problem(file=option, message="cannot be understood", found=found, allowed=allowed)
