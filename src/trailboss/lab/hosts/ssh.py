"""Speaking to a lab's hosts with the real ssh client."""

import subprocess
import time
from pathlib import Path

from trailboss.lab.hosts.errors import LabNotReady
from trailboss.lab.hosts.model import Host, Lab

READY_SECONDS = 60


def ssh_command(lab: Lab, host: Host, *command: str, user: str = "root") -> list[str]:
    """`ssh …` with the lab's key and known hosts, and nothing of the user's own configuration."""
    options = {
        "IdentityFile": str(lab.key_file),
        "IdentitiesOnly": "yes",
        "UserKnownHostsFile": str(lab.known_hosts_file),
        "GlobalKnownHostsFile": "/dev/null",
        "StrictHostKeyChecking": "yes",
        "ConnectTimeout": "5",
        "LogLevel": "ERROR",
    }
    flags = [part for key, value in options.items() for part in ("-o", f"{key}={value}")]
    return ["ssh", "-F", "/dev/null", *flags, f"{user}@{host.address}", *(["--", *command] if command else [])]


def wait_for_ssh(lab: Lab, host: Host, seconds: float = READY_SECONDS) -> float:
    """Seconds until `host` let us in. Raises LabNotReady with what ssh said last."""
    start = time.monotonic()
    command = ["timeout", "10", *ssh_command(lab, host, "true")]
    while True:
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
        waited = time.monotonic() - start
        if done.returncode == 0:
            return waited
        if waited > seconds:
            raise LabNotReady(f"waiting for ssh to {host.name} ({host.address}): {done.stderr.strip()[-300:]}")
        time.sleep(0.2)


def key_paths(directory: Path) -> tuple[Path, Path]:
    """The client key and the known_hosts file of the lab whose state is in `directory`."""
    return (directory / "id_ed25519", directory / "known_hosts")
