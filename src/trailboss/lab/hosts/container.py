"""One host as a container: how it is created, found again, and made to run."""

from pathlib import Path
from typing import Any

from trailboss.lab.engine.docker import docker, docker_ok, inspect, labelled
from trailboss.lab.hosts.capabilities import privilege_arguments
from trailboss.lab.hosts.identity import identity_archive
from trailboss.lab.hosts.labels import HOST, ROLE, lab_label
from trailboss.lab.hosts.model import Host, Lab

STOP_SECONDS = 30
"""How long systemd gets to stop its services before the engine kills the host."""


def ensure_container(lab: Lab, host: Host, image: str, directory: Path) -> bool:
    """Make `host` run; True when it was made anew. One that was never started (we died before) is made again."""
    state = container_state(host.container)
    if state in {None, "created", "dead", "removing"}:
        state = None
        remove_container(host.container)
        _create(lab, host, image, directory)
    if state == "paused":
        docker("unpause", host.container)
    if state not in {"running", "paused"}:
        docker("start", host.container)
    return state is None


def create_arguments(lab: Lab, host: Host, image: str) -> list[str]:
    """Options of `docker create` for a host. /var is a volume: containerd's overlays need a file system below them."""
    labels = [lab_label(lab.name), f"{HOST}={host.name}", f"{ROLE}={host.role}"]
    place = ["--name", host.container, "--hostname", host.name, "--network", lab.network, "--ip", host.address]
    mounts = [
        "--tmpfs",
        "/run:exec,mode=755",
        "--tmpfs",
        "/tmp:exec,mode=1777",  # noqa: S108 - a mount inside the host
        "--volume",
        f"{volume_name(host.container)}:/var",
    ]
    if Path("/lib/modules").is_dir():
        mounts += ["--volume", "/lib/modules:/lib/modules:ro"]
    if host.role == "edge":
        mounts += ["--volume", f"{lab.mirror_root}:/srv/mirror:ro"]
    memory = ["--memory", lab.memory] if lab.memory and host.role != "edge" else []
    life = ["--stop-signal", "SIGRTMIN+3", "--stop-timeout", str(STOP_SECONDS), "--cgroupns", "private"]
    options = [*place, *mounts, *memory, *life, *privilege_arguments()]
    return [*options, *(part for label in labels for part in ("--label", label)), image]


def remove_container(name: str) -> None:
    """Remove a host's container and its /var: a host made anew starts from the image in both."""
    docker_ok("rm", "--force", name)
    docker_ok("volume", "rm", "--force", volume_name(name))


def container_state(name: str) -> str | None:
    """The engine's word ("running", "exited", …), or None where there is no such container."""
    found = inspect("container", [name])
    return str(found[0]["State"]["Status"]) if found else None


def volume_name(container: str) -> str:
    return f"{container}-var"


def lab_containers(label: str) -> list[dict[str, Any]]:
    """`docker inspect` of every container that carries `label`."""
    return inspect("container", labelled("container", label))


def _create(lab: Lab, host: Host, image: str, directory: Path) -> None:
    """The volume is made first, since one that the engine makes by itself carries no label."""
    labels = ("--label", lab_label(lab.name), "--label", f"{HOST}={host.name}")
    docker("volume", "create", *labels, volume_name(host.container))
    docker("create", *create_arguments(lab, host, image), timeout=300)
    docker("cp", "-", f"{host.container}:/", stdin=identity_archive(lab, host, directory))
