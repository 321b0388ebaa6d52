"""A contestant that is a program: it runs to its end, and what it prints tells where the time went."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from stage import LIMIT_SECONDS
from step_times import StepTime

from trailboss.lab.hosts import Host, Lab
from trailboss.model.errors import StepFailed

_STEP = re.compile(r"^== (?P<began>[\d.]+) (?P<ended>[\d.]+) (?P<machine>\S+) (?P<step>\S+)$", re.MULTILINE)
_TAIL = 3000  # characters of the log that an error shows


def time_program(
    command: Sequence[str], environment: Mapping[str, str], log: Path, console: Console
) -> tuple[float, list[StepTime]]:
    """Return the seconds that the program took, and where they went, from its lines "== BEGAN ENDED MACHINE STEP".

    `environment`: what is added to our own.

    Raises:
        StepFailed: it ended badly, or not in time.
    """
    name = " ".join(Path(word).name for word in command)
    console.print(f"running {name} (log: {log})", markup=False, soft_wrap=True)
    began, start = time.time(), time.monotonic()
    status = _run(command, {**os.environ, **environment}, log)
    seconds = time.monotonic() - start
    if status != 0:
        raise StepFailed(f"{name} ended with exit status {status}: {log.read_text()[-_TAIL:]}")
    return seconds, _steps(log.read_text(), began)


def script_environment(lab: Lab, version: str, inputs: Path) -> dict[str, str]:
    """Return what plain_ssh.sh wants to be given."""
    return {
        "CONTROL_PLANES": _pairs(lab.control_planes),
        "WORKERS": _pairs(lab.workers),
        "SSH_KEY": str(lab.key_file),
        "SSH_KNOWN_HOSTS": str(lab.known_hosts_file),
        "MIRROR": lab.artifacts_url,
        "KUBERNETES": version,
        "INPUTS": str(inputs),
    }


def _pairs(hosts: Iterable[Host]) -> str:
    return " ".join(f"{host.name}={host.address}" for host in hosts)


def _run(command: Sequence[str], environment: Mapping[str, str], log: Path) -> int:
    """Run the program in a process group of its own, which is ended with whatever ends us."""
    with log.open("wb") as output:
        program = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        return program.wait(timeout=LIMIT_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise StepFailed(f"{Path(command[0]).name} has not ended within {LIMIT_SECONDS:.0f} s") from error
    finally:
        if program.poll() is None:
            os.killpg(program.pid, signal.SIGTERM)
            program.wait()


def _steps(log: str, zero: float) -> list[StepTime]:
    found = [
        StepTime(
            machine=line["machine"],
            step=line["step"],
            started=round(float(line["began"]) - zero, 3),
            seconds=round(float(line["ended"]) - float(line["began"]), 3),
        )
        for line in _STEP.finditer(log)
    ]
    return sorted(found, key=lambda step: (step.started, step.machine))
