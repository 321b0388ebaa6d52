"""Starts a container engine where none runs, and stops the one that it started; never another's."""

import os
import signal
import subprocess
import time
from pathlib import Path

from rich.console import Console

from trailboss.lab.engine.apt import MissingPrerequisite, apt_install, is_root_on_debian
from trailboss.lab.engine.docker import DockerFailed, docker_ok
from trailboss.lab.engine.firewall import forward_policy, remove_engine_rules

_DOCKERD = Path("/usr/sbin/dockerd")
_START_SECONDS = 60.0
_STOP_SECONDS = 30.0


def ensure_engine(console: Console) -> None:
    """Return once a Docker engine answers; installs and starts Debian's where none runs and we are root.

    Raises:
        MissingPrerequisite: none runs and we cannot install one; says what to do.
        DockerFailed: the one that was started does not answer; the end of its log is told.
    """
    if docker_ok("info"):
        return
    if not is_root_on_debian():
        raise MissingPrerequisite("no Docker engine answers: start one, or run this as root on Debian")
    if not engine_installed():
        apt_install(["docker.io", "iptables", "debootstrap"], console, "a container engine")
    console.print("starting the container engine (a few seconds) …")
    _remove_stale_pid_files()
    _start()


def engine_installed() -> bool:
    return _DOCKERD.exists()


def stop_engine_if_ours() -> bool:
    """Stop the engine that `ensure_engine` started and take its firewall rules away; tell whether there was one."""
    if not _pid_file().exists():
        return False
    _end(_pid_file().read_text())
    if not docker_ok("info"):  # another engine that has come up since needs its rules
        remove_engine_rules(_policy_file().read_text() if _policy_file().exists() else "")
    for file in (_pid_file(), _policy_file()):
        file.unlink(missing_ok=True)
    return True


def _end(pid: str) -> None:
    try:
        if "dockerd" not in Path(f"/proc/{pid}/cmdline").read_text():
            return
        os.kill(int(pid), signal.SIGTERM)
    except (OSError, ValueError):
        return
    deadline = time.monotonic() + _STOP_SECONDS
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.1)


def _start() -> None:
    _pid_file().parent.mkdir(parents=True, exist_ok=True)
    log = _pid_file().with_suffix(".log")
    if not _policy_file().exists():  # else the one before the engine that was killed counts
        _policy_file().write_text(forward_policy())
    with log.open("ab") as output:
        engine = subprocess.Popen(
            ["dockerd"], stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    _pid_file().write_text(str(engine.pid))
    deadline = time.monotonic() + _START_SECONDS
    while not docker_ok("info"):
        if engine.poll() is not None or time.monotonic() > deadline:
            raise DockerFailed(("dockerd",), engine.returncode or 1, log.read_text()[-1500:])
        time.sleep(0.2)


def _remove_stale_pid_files() -> None:
    """An engine that was killed leaves its pid files, and a new one refuses to start if that pid is in use again."""
    for file in (Path("/var/run/docker.pid"), Path("/var/run/docker/containerd/containerd.pid")):
        file.unlink(missing_ok=True)


def _pid_file() -> Path:
    """The engine is the machine's, whichever home it was started from, and does not outlive a reboot."""
    return Path("/run/trailboss/dockerd.pid")


def _policy_file() -> Path:
    """What FORWARD's policy was before our engine changed it."""
    return _pid_file().with_name("forward-policy")
