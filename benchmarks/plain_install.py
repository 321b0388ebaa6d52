"""The other contestant: `plain_install.sh`, until its kubectl shows four Ready nodes."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

from plain_inputs import write_inputs
from rich.console import Console
from stage import HOME, LIMIT_SECONDS, NAME
from step_times import StepTime

from trailboss.lab.hosts import Host, Lab
from trailboss.lab.scene import manifests
from trailboss.manifests import load_cluster
from trailboss.model.errors import StepFailed

_SCRIPT = Path(__file__).with_suffix(".sh")
_STEP = re.compile(r"^== (?P<began>[\d.]+) (?P<ended>[\d.]+) (?P<machine>\S+) (?P<step>\S+)$", re.MULTILINE)
_TAIL = 3000  # characters of the log that an error shows


def time_plain(lab: Lab, version: str, console: Console) -> tuple[float, list[StepTime]]:
    """Return the seconds that the script took, and where they went."""
    folder = HOME / "plain"
    write_inputs(lab, load_cluster(manifests(lab, cluster=NAME, version=version)), folder / "inputs")
    log = folder / "log"
    console.print(f"running {_SCRIPT.name} (log: {log})")
    began, start = time.time(), time.monotonic()
    status = _run(_environment(lab, version, folder / "inputs"), log)
    seconds = time.monotonic() - start
    if status != 0:
        raise StepFailed(f"{_SCRIPT.name} ended with exit status {status}: {log.read_text()[-_TAIL:]}")
    return seconds, _steps(log.read_text(), began)


def _environment(lab: Lab, version: str, inputs: Path) -> dict[str, str]:
    return {
        **os.environ,
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


def _run(environment: dict[str, str], log: Path) -> int:
    """Run the script in a process group of its own, which is ended with whatever ends us."""
    with log.open("wb") as output:
        script = subprocess.Popen(
            ["bash", str(_SCRIPT)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        return script.wait(timeout=LIMIT_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise StepFailed(f"{_SCRIPT.name} has not ended within {LIMIT_SECONDS:.0f} s") from error
    finally:
        if script.poll() is None:
            os.killpg(script.pid, signal.SIGTERM)
            script.wait()


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
