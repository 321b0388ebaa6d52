"""What each contestant is given: fresh hosts, and a home in which nothing is left of anything before."""

import asyncio
import os
import shlex
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
LIMIT_SECONDS: Final = 1800.0
"""A contestant that takes longer has failed."""
HOME: Final = user_data_path("trailboss-bench")
"""Not the user's own, and the same from run to run, so that a run finds and ends what a killed one left behind."""
_KUBECTL = ("kubectl", "--kubeconfig", "/etc/kubernetes/admin.conf")
_PODS = ("--namespace", "kube-system")
_API_SERVERS = ("get", "pods", *_PODS, "--selector", "component=kube-apiserver")
_IMAGES = ("--output", r'jsonpath={range .items[*]}{.spec.containers[0].image}{"\n"}{end}')


def use_own_home() -> None:
    """Let this process and those that it starts keep everything in the benchmark's home."""
    os.environ["TRAILBOSS_HOME"] = str(HOME)


@contextmanager
def fresh_lab(console: Console, *, workers: int) -> Iterator[Lab]:
    """Yield three control planes and workers, bare, in an empty home; takes them away afterwards, come what may."""
    clean(console)
    try:
        lab = lab_up(LabSpec(name=NAME, control_planes=3, workers=workers), console)
        os.sync()  # what was written until now must not slow down what is measured
        yield lab
    finally:
        lab_down(NAME, console)


def clean(console: Console) -> None:
    """Take away all that this or an earlier run has started or written."""
    asyncio.run(stop_all(load_settings(), console.print))
    lab_down(NAME, console)
    shutil.rmtree(HOME, ignore_errors=True)


def come_to_rest(lab: Lab) -> None:
    """Wait until all that a new cluster starts has started, so that it does not slow down what is measured."""
    _kubectl(lab, "wait", "pods", "--all", *_PODS, "--for=condition=Ready", "--timeout=180s")
    os.sync()


def require_ready(lab: Lab, version: str) -> None:
    """See that the cluster's own API lists every host as a Ready node, and every API server, of that version.

    Raises:
        StepFailed: it does not, so no time counts.
    """
    said = _kubectl(lab, "get", "nodes", "--no-headers")
    nodes = [line.split() for line in said.splitlines()]
    ready = sorted(words[0] for words in nodes if words[1] == "Ready" and words[-1] == f"v{version}")
    if ready != sorted(host.name for host in lab.hosts):
        raise StepFailed(f"not every node is Ready at {version}:\n{said}")
    images = _kubectl(lab, *_API_SERVERS, *_IMAGES).split()
    if [image.rpartition(":")[2] for image in images] != [f"v{version}"] * len(lab.control_planes):
        raise StepFailed(f"not every API server is of {version}: {', '.join(images)}")


def _kubectl(lab: Lab, *words: str) -> str:
    """Return what kubectl says on the first control plane.

    Raises:
        StepFailed: it ended badly.
    """
    command = ssh_command(lab, lab.control_planes[0], shlex.join([*_KUBECTL, *words]))
    said = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if said.returncode != 0:
        raise StepFailed(f"kubectl {words[0]} ended with exit status {said.returncode}: {said.stdout}{said.stderr}")
    return said.stdout
