"""A machine's access in ssh's own words. Pure."""

import shlex
from pathlib import Path

from trailboss.model.machine import Machine, SSHAccess
from trailboss.ssh import SSHDefaults


def known_hosts_file(home: Path, cluster: str, machine: str) -> Path:
    """Return where host keys that stand in manifests are written down for ssh."""
    return home / "known_hosts" / f"{cluster}-{machine}"


def ssh_words(machine: Machine, defaults: SSHDefaults, kept: Path, command: tuple[str, ...] = ()) -> list[str]:
    """Return the command line; `kept`: the file with the host keys of the manifests, where they have any."""
    options = _options(machine.ssh, defaults, kept)
    if machine.ssh.bastion:
        # ProxyJump would enter the jump host with keys and known hosts of ~/.ssh.
        options += _option("ProxyCommand", _through(machine.ssh, defaults, kept))
    target = f"{machine.ssh.user}@{machine.address}"
    return ["ssh", *options, "-p", str(machine.ssh.port), target, *(("--", *command) if command else ())]


def _through(access: SSHAccess, defaults: SSHDefaults, kept: Path) -> str:
    user, _, place = (access.bastion or "").rpartition("@")
    host, _, port = place.partition(":")
    words = ["ssh", *_options(access, defaults, kept), "-p", port or "22", f"{user}@{host}"]
    # ssh fills in % sequences of this option: those of ours are not meant.
    return f"{shlex.join(words).replace('%', '%%')} -W %h:%p"


def _options(access: SSHAccess, defaults: SSHDefaults, kept: Path) -> list[str]:
    key = Path(access.key_file) if access.key_file else defaults.key_file
    identity = [*_option("IdentityFile", _quoted(key)), *_option("IdentitiesOnly", "yes")] if key else []
    trusted = [Path(access.known_hosts_file)] if access.known_hosts_file else []
    trusted += [kept] if access.known_hosts else []
    files = " ".join(_quoted(file) for file in trusted or [defaults.known_hosts_file])
    timeout = max(1, round(defaults.connect_timeout.total_seconds()))
    return [
        *("-F", "/dev/null"),
        *identity,
        *_option("UserKnownHostsFile", files),
        *_option("GlobalKnownHostsFile", "/dev/null"),
        *_option("StrictHostKeyChecking", "yes"),
        *_option("UpdateHostKeys", "no"),
        *_option("ConnectTimeout", str(timeout)),
    ]


def _option(name: str, value: str) -> list[str]:
    return ["-o", f"{name}={value}"]


def _quoted(path: Path) -> str:
    """Return the path as ssh reads it in an option: in quotes, with % doubled."""
    return f'"{str(path.expanduser()).replace("%", "%%")}"'
