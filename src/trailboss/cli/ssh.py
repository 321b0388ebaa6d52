import os
import shutil
from typing import Annotated

import typer

from trailboss.cli import completing
from trailboss.cli.connection import connected
from trailboss.cli.machines import find_machine
from trailboss.cli.output import run_async
from trailboss.cli.private_file import write_private
from trailboss.cli.ssh_words import known_hosts_file, ssh_words
from trailboss.model.cluster import Cluster
from trailboss.model.errors import BadInput
from trailboss.model.machine import Machine
from trailboss.model.problem import Problem
from trailboss.worker.settings import load_settings
from trailboss.worker.ssh_defaults import ssh_defaults


def ssh(
    machine: Annotated[
        str,
        typer.Argument(
            help="MACHINE, or CLUSTER/MACHINE where several clusters have one of this name.",
            autocompletion=completing.machines_of_all,
        ),
    ],
    command: Annotated[list[str] | None, typer.Argument(help="What to run there, after --; else a shell.")] = None,
) -> None:
    """Log in to a machine as the manifests of the desired revision say, or run a command there, with the system's ssh.

    User, port, key, known hosts and jump host are those that the worker would use with this machine's settings; nothing
    of ~/.ssh/config is. Exit status: that of ssh.
    """
    if shutil.which("ssh") is None:
        message = "there is no ssh on this machine; install OpenSSH's client"
        raise BadInput((Problem(file="ssh", document=0, message=message),))
    cluster, found = run_async(_find(machine))
    words = _prepared(cluster, found, tuple(command or ()))
    os.execvp(words[0], words)  # noqa: S606 - no shell is wanted: ssh takes this process's place


async def _find(name: str) -> tuple[Cluster, Machine]:
    async with connected() as client:
        return await find_machine(client, name)


def _prepared(cluster: Cluster, machine: Machine, command: tuple[str, ...]) -> list[str]:
    """Return ssh's words; host keys that stand in the manifests are written down for it first."""
    settings = load_settings()
    kept = known_hosts_file(settings.home, cluster.name, machine.name)
    if machine.ssh.known_hosts:
        write_private(kept, "\n".join(machine.ssh.known_hosts) + "\n")
    return ssh_words(machine, ssh_defaults(settings), kept, command)
