"""The `docker` command line: the lab's only way to the engine."""

import json
import subprocess
from typing import Any

from trailboss.model.errors import TemporaryError


class DockerFailed(TemporaryError):
    """A docker command ended with an exit status other than 0."""

    def __init__(self, arguments: tuple[str, ...], exit_status: int, output: str) -> None:
        self.exit_status = exit_status
        self.output = output
        command = " ".join(("docker", *arguments[:3]))
        super().__init__(f"{command} … ended with exit status {exit_status}: {output.strip()[-2000:]}")


def docker(*arguments: str, stdin: bytes | None = None, timeout: float | None = 120) -> str:
    """Standard output of `docker ARGUMENTS`, stripped. Raises DockerFailed, also after `timeout` seconds."""
    try:
        done = subprocess.run(["docker", *arguments], input=stdin, capture_output=True, timeout=timeout, check=False)
    except FileNotFoundError as error:
        raise DockerFailed(arguments, 127, "there is no docker command on PATH") from error
    except subprocess.TimeoutExpired as error:
        raise DockerFailed(arguments, 124, f"no answer within {timeout} s") from error
    if done.returncode != 0:
        raise DockerFailed(arguments, done.returncode, (done.stderr or done.stdout).decode(errors="replace"))
    return done.stdout.decode(errors="replace").strip()


def docker_ok(*arguments: str, timeout: float | None = 120) -> bool:
    """Whether `docker ARGUMENTS` ends with exit status 0."""
    try:
        docker(*arguments, timeout=timeout)
    except DockerFailed:
        return False
    return True


def inspect(kind: str, names: list[str]) -> list[dict[str, Any]]:
    """`docker KIND inspect NAMES`; those that do not exist (any more) are left out."""
    if not names:
        return []
    try:
        found: list[dict[str, Any]] = json.loads(docker(kind, "inspect", *names))
    except DockerFailed:
        if len(names) == 1:
            return []
        return [thing for name in names for thing in inspect(kind, [name])]
    return found


def labelled(kind: str, label: str) -> list[str]:
    """Ids or names of containers ("container"), networks ("network") or volumes ("volume") that carry `label`."""
    every = ["--all"] if kind == "container" else []
    return docker(kind, "ls", "--quiet", *every, "--filter", f"label={label}").split()
