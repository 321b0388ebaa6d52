"""Takes labs away: whatever carries their label, and their folder."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from trailboss.lab.engine.docker import docker, docker_ok, labelled
from trailboss.lab.engine.start import engine_installed, ensure_engine, stop_engine_if_ours
from trailboss.lab.engine.stopped import stopped_engine_holds
from trailboss.lab.home import lab_dir, labs_dir
from trailboss.lab.hosts.labels import LAB, lab_label
from trailboss.lab.hosts.state import saved_labs


def lab_down(name: str, console: Console | None = None) -> None:
    """Remove a lab; one that is not there, or only half, is no error.

    Raises MissingPrerequisite where an engine that we may not start may hold hosts: their keys are kept then.
    """
    _remove(lab_label(name), lab_dir(name), console, known=name in saved_labs())


def all_labs_down(console: Console | None = None) -> None:
    """Remove all labs of this machine, and the folders of those in this home. Raises as `lab_down`."""
    _remove(LAB, labs_dir(), console, known=bool(saved_labs()))


def _remove(label: str, directory: Path, console: Console | None, *, known: bool) -> None:
    with _engine(label, console or Console(quiet=True), known=known) as answers:
        if answers:
            _remove_labelled(label, console)
    shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def _engine(label: str, console: Console, *, known: bool) -> Iterator[bool]:
    """Tell whether there is an engine to ask. One that stands still with something of ours runs for the body only."""
    if docker_ok("info"):
        yield True
        return
    # Only root can see what is in there; who is not has the lab's own folder to go by.
    holds = stopped_engine_holds(label) if os.geteuid() == 0 else known
    if not (engine_installed() and holds):
        yield False
        return
    ensure_engine(console)
    try:
        yield True
    finally:
        stop_engine_if_ours()


def _remove_labelled(label: str, console: Console | None) -> None:
    for kind, remove in (
        ("container", ("rm", "--force", "--volumes")),
        ("volume", ("rm", "--force")),
        ("network", ("rm",)),
    ):
        names = labelled(kind, label)
        if names:
            docker(kind, *remove, *names)
            if console:
                console.print(f"removed {len(names)} {kind}(s) of the lab")
