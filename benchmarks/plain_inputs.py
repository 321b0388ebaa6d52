"""The files that the other contestants copy: made by Trailboss's own functions, so that all of them write the same."""

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from pydantic import SecretStr

from trailboss import facts
from trailboss.facts import MachineFacts
from trailboss.kubeadm import JoinCredentials, init_configuration, join_configuration, upgrade_configuration
from trailboss.lab.hosts import Host, Lab
from trailboss.lab.hosts.ssh import ssh_command
from trailboss.model.cluster import Cluster
from trailboss.model.errors import StepFailed
from trailboss.model.machine import Machine
from trailboss.steps import PREPARE, Command, pod_network

# What is known only while the cluster is made; the script fills these in.
_CREDENTIALS = JoinCredentials(token=SecretStr("@TOKEN@"), ca_cert_hash="@CA_HASH@")
_POD_CIDR = "192.0.2.0/24"

# A file as `trailboss.steps.files.write` puts it into a script.
_FILE = re.compile(
    r"cat > '(?P<path>/[^']+)\.trailboss-new' \) <<'(?P<end>\w+)'\n"
    r"(?P<content>.*?)(?P=end)\n"
    r"chmod (?P<mode>\d+) ",
    re.DOTALL,
)


def write_inputs(lab: Lab, cluster: Cluster, folder: Path) -> None:
    """Write what plain_install.sh needs of each host: `files/` and `network/`, laid over its root, and `kubeadm.yaml`.

    Every bare host is asked what it is, as Trailboss does.
    """
    for machine in cluster.machines:
        place = folder / machine.name
        _write(place / "files", _preparation(cluster, machine, _observe(lab, lab.host(machine.name))))
        _write(place / "network", _network(cluster, machine))
        (place / "kubeadm.yaml").write_text(_configuration(cluster, machine))


def write_upgrade_inputs(lab: Lab, cluster: Cluster, folder: Path) -> None:
    """Write what an upgrade to `cluster` needs: `upgrade.yaml`, and HOST.containerd.toml where that has to change."""
    folder.mkdir(parents=True)
    (folder / "upgrade.yaml").write_text(upgrade_configuration(cluster))
    for machine in cluster.machines:
        seen = _observe(lab, lab.host(machine.name))
        for file in _files(PREPARE["containerd"].commands(cluster, machine, seen)):
            (folder / f"{machine.name}.containerd.toml").write_text(file["content"])


def _observe(lab: Lab, host: Host) -> MachineFacts:
    command = ssh_command(lab, host, "bash", "-s")
    said = subprocess.run(command, input=facts.script(), capture_output=True, text=True, check=True)
    return facts.parse(said.stdout)


def _preparation(cluster: Cluster, machine: Machine, seen: MachineFacts) -> list[Command]:
    return [command for step in PREPARE.values() for command in step.commands(cluster, machine, seen)]


def _network(cluster: Cluster, machine: Machine) -> list[Command]:
    """Return what sets up the pod network, as if this machine were the only node."""
    return pod_network.commands(cluster, machine, MachineFacts(), {machine.name: (machine.node_address, _POD_CIDR)})


def _configuration(cluster: Cluster, machine: Machine) -> str:
    if machine == cluster.control_planes[0]:
        return init_configuration(cluster, machine)
    return join_configuration(cluster, machine, _CREDENTIALS)


def _write(folder: Path, commands: Iterable[Command]) -> None:
    for file in _files(commands):
        path = folder / file["path"].lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file["content"])
        path.chmod(int(file["mode"], 8))


def _files(commands: Iterable[Command]) -> list[re.Match[str]]:
    """Return the files that the commands write; none only if there are no commands."""
    scripts = [command.script for command in commands]
    found = [file for script in scripts for file in _FILE.finditer(script)]
    if scripts and not found:
        raise StepFailed("no files in the scripts of Trailboss's steps: has the way in which they are written changed?")
    return found
