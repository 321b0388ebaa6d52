"""Takes labs away: whatever carries their label, and their folder."""

import shutil

from rich.console import Console

from trailboss.lab.engine.docker import docker, docker_ok, labelled
from trailboss.lab.home import lab_dir, labs_dir
from trailboss.lab.hosts.labels import LAB, lab_label


def lab_down(name: str, console: Console | None = None) -> None:
    """Remove a lab; one that is not there, or only half, is no error."""
    _remove(lab_label(name), console)
    shutil.rmtree(lab_dir(name), ignore_errors=True)


def all_labs_down(console: Console | None = None) -> None:
    _remove(LAB, console)
    shutil.rmtree(labs_dir(), ignore_errors=True)


def _remove(label: str, console: Console | None) -> None:
    if not docker_ok("info"):
        return
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
