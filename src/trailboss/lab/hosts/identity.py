"""What makes a host itself, put into its container before its first start: keys, machine id, resolver."""

import io
import tarfile
from pathlib import Path

from trailboss.lab.hosts.edge import haproxy_config
from trailboss.lab.hosts.keys import ensure_machine_id, host_key, host_key_file
from trailboss.lab.hosts.model import Host, Lab

PLACE = "etc/trailboss-lab"


def identity_archive(lab: Lab, host: Host, directory: Path) -> bytes:
    """A tar for `docker cp - CONTAINER:/`. A container that is made again gets the same keys and machine id."""
    public = host_key(host, directory)
    private = host_key_file(host, directory)
    files = {
        f"{PLACE}/ssh_host_ed25519_key": (private.read_bytes(), 0o600),
        f"{PLACE}/ssh_host_ed25519_key.pub": (f"{public}\n".encode(), 0o644),
        f"{PLACE}/authorized_keys": (lab.key_file.with_name(lab.key_file.name + ".pub").read_bytes(), 0o644),
        f"{PLACE}/resolv.conf": (resolv_conf(lab).encode(), 0o644),
        "etc/machine-id": (f"{ensure_machine_id(private.with_name('machine-id'))}\n".encode(), 0o444),
    }
    if host.role == "edge":
        files["etc/haproxy/haproxy.cfg"] = (haproxy_config(lab).encode(), 0o644)
    return pack(files)


def resolv_conf(lab: Lab) -> str:
    """Return what the kubelet hands to pods.

    The engine's 127.0.0.11 would make CoreDNS forward to itself; the edge refuses at once, so that a name outside the
    cluster fails fast instead of waiting for a time-out.
    """
    return f"nameserver {lab.edge_address}\n"


def pack(files: dict[str, tuple[bytes, int]]) -> bytes:
    """A tar of root's files: path → content and mode."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, (content, mode) in files.items():
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode = len(content), mode
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()
