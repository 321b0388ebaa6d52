"""The files that `plain_install.sh` copies: made by Trailboss's own functions, so that both contestants write the same.

For each host: `files/` and `network/`, laid over its root, and `kubeadm.yaml`.
"""

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from pydantic import SecretStr

from trailboss import facts
from trailboss.facts import MachineFacts
from trailboss.kubeadm import JoinCredentials, init_configuration, join_configuration
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
    """Write what the script needs for each machine; every bare host is asked what it is, as Trailboss does."""
    for machine in cluster.machines:
        place = folder / machine.name
        _write(place / "files", _preparation(cluster, machine, _observe(lab, lab.host(machine.name))))
        _write(place / "network", _network(cluster, machine))
        (place / "kubeadm.yaml").write_text(_configuration(cluster, machine))


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
    found = [file for command in commands for file in _FILE.finditer(command.script)]
    if not found:
        raise StepFailed("no files in the scripts of Trailboss's steps: has the way in which they are written changed?")
    for file in found:
        path = folder / file["path"].lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file["content"])
        path.chmod(int(file["mode"], 8))
