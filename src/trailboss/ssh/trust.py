"""Which host keys are trusted: those that manifests or the worker name, and no others."""

from pathlib import Path

import asyncssh

from trailboss.model.errors import HostRefused
from trailboss.model.machine import SSHAccess


def known_hosts(access: SSHAccess, default_file: Path) -> asyncssh.SSHKnownHosts:
    """Read the host keys trusted for `access`; they are read anew for each connection, so that they can be renewed.

    Raises:
        HostRefused: a file that is named cannot be read, or holds no such lines.
    """
    lines = list(access.known_hosts)
    file = Path(access.known_hosts_file).expanduser() if access.known_hosts_file else None
    if file is None and not lines:
        file = default_file.expanduser()
    if file is not None:
        lines.append(_read(file))
    try:
        return asyncssh.import_known_hosts("\n".join(lines) + "\n")
    except ValueError as error:
        raise HostRefused(f"known hosts {file or 'in the manifest'}: {error}") from error


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError as error:
        raise HostRefused(f"known hosts file {file}: {error.strerror}; write it, or name another") from error
