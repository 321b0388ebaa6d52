"""What each contestant is given: fresh hosts, and a home in which nothing is left of anything before."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from platformdirs import user_data_path
from rich.console import Console

from trailboss.lab.hosts import Lab, LabSpec, lab_down, lab_up
from trailboss.lab.hosts.ssh import ssh_command
from trailboss.lab.temporal.clean import stop_all
from trailboss.model.errors import StepFailed
from trailboss.worker.settings import load_settings

NAME: Final = "bench"
"""Of the lab, the cluster and the repository."""
LIMIT_SECONDS: Final = 1200.0
"""A contestant that takes longer has failed."""
HOME: Final = user_data_path("trailboss-bench")
"""Not the user's own, and the same from run to run, so that a run finds and ends what a killed one left behind."""
_GET_NODES = ("kubectl", "--kubeconfig", "/etc/kubernetes/admin.conf", "get", "nodes", "--no-headers")


def use_own_home() -> None:
    """Let this process and those that it starts keep everything in the benchmark's home."""
    os.environ["TRAILBOSS_HOME"] = str(HOME)


@contextmanager
def fresh_lab(console: Console) -> Iterator[Lab]:
    """Yield three control planes and a worker, bare, in an empty home; takes them away afterwards, come what may."""
    clean(console)
    try:
        lab = lab_up(LabSpec(name=NAME, control_planes=3, workers=1), console)
        os.sync()  # what was written until now must not slow down what is measured
        yield lab
    finally:
        lab_down(NAME, console)


def clean(console: Console) -> None:
    """Take away all that this or an earlier run has started or written."""
    asyncio.run(stop_all(load_settings(), console.print))
    lab_down(NAME, console)
    shutil.rmtree(HOME, ignore_errors=True)


def require_ready(lab: Lab, version: str) -> None:
    """See that the cluster's own API lists every host as a Ready node of that version.

    Raises:
        StepFailed: it does not, so no time counts.
    """
    command = ssh_command(lab, lab.control_planes[0], *_GET_NODES)
    said = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    nodes = [line.split() for line in said.stdout.splitlines()]
    ready = sorted(words[0] for words in nodes if words[1] == "Ready" and words[-1] == f"v{version}")
    if ready != sorted(host.name for host in lab.hosts):
        raise StepFailed(f"not every node is Ready at {version}:\n{said.stdout}{said.stderr}")
