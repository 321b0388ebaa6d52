"""Bringing a lab up: from whatever an earlier run left, to every host answering ssh."""

import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

from rich.console import Console

from trailboss.lab.engine.start import ensure_engine
from trailboss.lab.home import lab_dir, labs_dir
from trailboss.lab.hosts.container import ensure_container, lab_containers, remove_container
from trailboss.lab.hosts.edge import configure_edge
from trailboss.lab.hosts.errors import bad_count
from trailboss.lab.hosts.inotify import allow_inotify
from trailboss.lab.hosts.keys import ensure_key, host_key_file, write_known_hosts
from trailboss.lab.hosts.labels import HOST, lab_label
from trailboss.lab.hosts.model import MOST, PREFIX, Host, Lab, LabRole, LabSpec, host_number, make_host
from trailboss.lab.hosts.network import ensure_network, network_name
from trailboss.lab.hosts.ssh import key_paths, wait_for_ssh
from trailboss.lab.hosts.state import load_lab, save_lab
from trailboss.lab.image.store import ensure_image
from trailboss.lab.lock import exclusive
from trailboss.lab.mirror.layout import mirror_root

AT_ONCE = 8
"""Hosts started in parallel; more only makes each of them slower on a small machine."""


def lab_up(spec: LabSpec, console: Console | None = None) -> Lab:
    """Make the lab be as `spec` says, adopting what an earlier run left; hosts beyond its counts are kept.

    Safe to run again and after a kill at any point. Raises MissingPrerequisite, DockerFailed, LabNotReady.
    """
    console = console or Console(quiet=True)
    ensure_engine(console)
    allow_inotify()
    image = ensure_image(console)
    with changing(spec.name):
        lab = _blank(spec, ensure_network(spec.name))
        kept = _names_there(spec.name)
        hosts = [*_wanted(lab, "control-plane", spec.control_planes, kept), *_wanted(lab, "worker", spec.workers, kept)]
        return _converge(lab.model_copy(update={"hosts": tuple(hosts)}), image, console)


def lab_add(name: str, role: LabRole, count: int = 1, console: Console | None = None) -> Lab:
    """Add `count` machines of `role` ("control-plane" or "worker") to a lab that is up; returns the whole lab."""
    console = console or Console(quiet=True)
    ensure_engine(console)
    image = ensure_image(console)
    with changing(name):
        lab = load_lab(name)
        last = max((host_number(host) for host in lab.hosts if host.role == role), default=0)
        if last + count > MOST[role]:
            raise bad_count(f"{last} machines of role {role} are there", f"{MOST[role]} in all")
        new = [make_host(lab.name, lab.subnet, role, last + number) for number in range(1, count + 1)]
        return _converge(lab.model_copy(update={"hosts": (*lab.hosts, *new)}), image, console)


def lab_replace(name: str, host: str, console: Console | None = None) -> Lab:
    """Put a blank machine in the place of `host`: the same name and address, its own machine id and host keys.

    What was there is lost, as with a machine that died; cut off, it is finished by running it again or by `lab_up`.
    Raises BadInput where the lab has no such host.
    """
    console = console or Console(quiet=True)
    ensure_engine(console)
    image = ensure_image(console)
    with changing(name):
        lab = load_lab(name)
        gone = lab.host(host)
        remove_container(gone.container)
        shutil.rmtree(host_key_file(gone, lab_dir(name)).parent, ignore_errors=True)
        write_known_hosts(lab, lab_dir(name))
        _bring_up(lab, image, console, gone)
        return lab


@contextmanager
def changing(name: str) -> Iterator[None]:
    """One process at a time changes a lab."""
    with exclusive(labs_dir() / f".{name}.lock"):
        yield


def _converge(lab: Lab, image: str, console: Console) -> Lab:
    """lab.json is written before the first container, so that whoever comes after a kill finds the keys' place."""
    start = time.monotonic()
    directory = lab_dir(lab.name)
    ensure_key(lab.key_file, f"trailboss-lab-{lab.name}")
    write_known_hosts(lab, directory)
    lab.mirror_root.mkdir(parents=True, exist_ok=True)
    save_lab(lab)
    machines = (*lab.hosts, lab.edge)
    console.print(f"Starting lab {lab.name}: {len(machines)} machines on {lab.subnet}, a few seconds each …")
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        list(pool.map(partial(_bring_up, lab, image, console), machines))
    configure_edge(lab)
    console.print(f"Lab {lab.name} is up ({time.monotonic() - start:.1f} s).")
    return lab


def _bring_up(lab: Lab, image: str, console: Console, host: Host) -> None:
    start = time.monotonic()
    made = ensure_container(lab, host, image, lab_dir(lab.name))
    wait_for_ssh(lab, host)
    what = "made" if made else "there already"
    console.print(f"  {host.name} {host.address} {what}, answers ssh ({time.monotonic() - start:.1f} s)")


def _blank(spec: LabSpec, subnet: str) -> Lab:
    directory = lab_dir(spec.name)
    key, known_hosts = key_paths(directory)
    return Lab(
        name=spec.name,
        network=network_name(spec.name),
        subnet=subnet,
        edge_address=make_host(spec.name, subnet, "edge", 1).address,
        key_file=key,
        known_hosts_file=known_hosts,
        mirror_root=mirror_root(),
        memory=spec.memory,
    )


def _wanted(lab: Lab, role: LabRole, count: int, kept: set[str]) -> list[Host]:
    """The first `count` machines of a role, and those beyond that are there already."""
    every = [make_host(lab.name, lab.subnet, role, number) for number in range(1, MOST[role] + 1)]
    return [host for number, host in enumerate(every, 1) if number <= count or host.name in kept]


def _names_there(lab: str) -> set[str]:
    """Names of the hosts whose containers carry the lab's label."""
    prefixes = tuple(f"{PREFIX[role]}-" for role in MOST)
    names = {container["Config"]["Labels"].get(HOST, "") for container in lab_containers(lab_label(lab))}
    return {name for name in names if name.startswith(prefixes)}
