"""Keys made on our side, so that every host is known before it is first spoken to."""

import secrets
import subprocess
from pathlib import Path

from trailboss.lab.home import write_private
from trailboss.lab.hosts.model import Host, Lab
from trailboss.lab.lock import exclusive


def ensure_key(path: Path, comment: str) -> str:
    """An ed25519 key pair at `path` and `path`.pub, made once; returns the public line, without the comment."""
    public = path.with_name(path.name + ".pub")
    if not (path.exists() and public.exists()):
        _make_key(path, public, comment)
    return " ".join(public.read_text().split()[:2])


def ensure_machine_id(path: Path) -> str:
    """Systemd's machine id of a host: 32 hexadecimal digits, the same however often its container is made."""
    if not path.exists():
        write_private(path, secrets.token_hex(16) + "\n")
    return path.read_text().strip()


def write_known_hosts(lab: Lab, directory: Path) -> None:
    hosts = (*lab.hosts, lab.edge)
    lines = [f"{host.address},{host.name} {host_key(host, directory)}" for host in hosts]
    write_private(lab.known_hosts_file, "\n".join(lines) + "\n")


def host_key(host: Host, directory: Path) -> str:
    """The host's public key line, its pair made on first use."""
    return ensure_key(host_key_file(host, directory), host.container)


def host_key_file(host: Host, directory: Path) -> Path:
    return directory / "hosts" / host.name / "ssh_host_ed25519_key"


def _make_key(path: Path, public: Path, comment: str) -> None:
    with exclusive(path.parent / ".keys.lock"):
        path.unlink(missing_ok=True)
        public.unlink(missing_ok=True)
        make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", str(path)]
        subprocess.run(make, check=True, capture_output=True)
