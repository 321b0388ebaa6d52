"""The third contestant: Ansible, with a playbook of the same steps as `plain_upgrade.sh`."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import yaml
from rich.console import Console
from scripted import time_program
from step_times import StepTime

from trailboss.lab.hosts import Host, Lab
from trailboss.model.errors import StepFailed

VERSION: Final = "2.19.14"
"""Of ansible-core: the last that runs on the oldest Python that Trailboss runs on."""
_HERE = Path(__file__).parent
_PLAYBOOK = _HERE / "ansible" / "upgrade.yml"
_ENVIRONMENT = _HERE.parent / "build" / f"ansible-core-{VERSION}"
_PROGRAM = _ENVIRONMENT / "bin" / "ansible-playbook"
_SSH = ("-F", "/dev/null", "-o", "IdentitiesOnly=yes", "-o", "GlobalKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR")
_WORKER_IMAGES = "/(kube-proxy|pause|coredns):"  # as in plain_ssh.sh
_ALL_IMAGES = "."


def ensure_ansible(console: Console) -> None:
    """Have ansible-core in a virtual environment of its own, under build/ of the checkout.

    Raises:
        StepFailed: it cannot be installed.
    """
    if _PROGRAM.exists() and _ends_well([str(_PROGRAM), "--version"], console):
        return
    console.print(f"installing ansible-core {VERSION} in {_ENVIRONMENT} (about a minute)")
    pip = [str(_ENVIRONMENT / "bin" / "python"), "-m", "pip", "--quiet", "--no-input", "--disable-pip-version-check"]
    install = [*pip, "install", f"ansible-core=={VERSION}"]
    for command in ([sys.executable, "-m", "venv", "--clear", str(_ENVIRONMENT)], install):
        if not _ends_well(command, console):
            raise StepFailed(f"cannot install ansible-core {VERSION}: {' '.join(command)} ended badly")


def time_playbook(lab: Lab, version: str, folder: Path, inputs: Path, console: Console) -> tuple[float, list[StepTime]]:
    """Return the seconds from when ansible-playbook starts until it ends, and where they went."""
    inventory = folder / "inventory.yml"
    inventory.write_text(yaml.safe_dump(_inventory(lab, version, inputs)))
    with _sockets() as sockets:
        environment = {
            "ANSIBLE_CONFIG": str(_PLAYBOOK.with_name("ansible.cfg")),
            "ANSIBLE_HOME": str(folder / "home"),
            "ANSIBLE_SSH_CONTROL_PATH_DIR": str(sockets),
            "LC_ALL": "C.UTF-8",  # it refuses to run in a locale without UTF-8
        }
        command = [str(_PROGRAM), "--inventory", str(inventory), str(_PLAYBOOK)]
        return time_program(command, environment, folder / "log", console)


def _inventory(lab: Lab, version: str, inputs: Path) -> dict[str, Any]:
    common = {
        "ansible_user": "root",
        "ansible_ssh_private_key_file": str(lab.key_file),
        "ansible_ssh_common_args": " ".join([*_SSH, "-o", f"UserKnownHostsFile={lab.known_hosts_file}"]),
        "version": version,
        "staged": f"/var/lib/plain-upgrade/v{version}",
        "mirror": lab.artifacts_url,
        "inputs": str(inputs),
        "there": f"{{{{ lookup('ansible.builtin.file', '{_HERE / 'plain_host.sh'}') }}}}",
    }
    groups = {
        "control_planes": _group(lab.control_planes, _ALL_IMAGES),
        "workers": _group(lab.workers, _WORKER_IMAGES),
    }
    return {"all": {"vars": common, "children": groups}}


def _group(hosts: tuple[Host, ...], images: str) -> dict[str, Any]:
    return {"hosts": {host.name: {"ansible_host": host.address} for host in hosts}, "vars": {"images": images}}


@contextmanager
def _sockets() -> Iterator[Path]:
    """Yield a folder for the sockets of Ansible's connections, of a short path as sockets need; ends those left."""
    with TemporaryDirectory(prefix="bench-") as folder:
        try:
            yield Path(folder)
        finally:
            for socket in Path(folder).iterdir():
                close = ["ssh", "-F", "/dev/null", "-o", f"ControlPath={socket}", "-O", "exit", "host"]
                subprocess.run(close, capture_output=True, check=False)


def _ends_well(command: list[str], console: Console) -> bool:
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        console.print(done.stderr.strip(), markup=False, soft_wrap=True)
    return done.returncode == 0
