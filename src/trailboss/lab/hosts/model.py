"""What a lab is, for the CLI, tests, benchmarks and the demo."""

import re
from ipaddress import IPv4Network
from pathlib import Path
from typing import Literal

from pydantic import Field

from trailboss.lab.hosts.errors import no_such_host
from trailboss.model.base import Frozen

LabRole = Literal["control-plane", "worker", "edge"]

API_PORT = 6443
ARTIFACTS_PORT = 8080
PREFIX: dict[LabRole, str] = {"control-plane": "cp", "worker": "worker", "edge": "edge"}
FIRST_ADDRESS: dict[LabRole, int] = {"edge": 2, "control-plane": 10, "worker": 100}
"""Address of the first machine of each role, counted from the start of the lab's /24; the edge is the only one."""
MOST: dict[LabRole, int] = {"control-plane": 89, "worker": 150}
NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
"""Names of labs, which become part of the names of containers, networks and folders."""


class LabSpec(Frozen):
    """What `lab up` brings about. Hosts are never removed by a smaller count: `lab down` does that.

    `memory` limits each host, in the engine's words ("2g"); None: no limit.
    """

    name: str = Field(default="lab", pattern=f"^{NAME.pattern}$")
    control_planes: int = Field(default=3, ge=1, le=MOST["control-plane"])
    workers: int = Field(default=1, ge=0, le=MOST["worker"])
    memory: str | None = Field(default=None, pattern=r"^\d+[kmg]$")


class Host(Frozen):
    """One machine of a lab. `name` is its host name; `container` its name in the engine."""

    name: str
    role: LabRole
    address: str
    container: str


class Lab(Frozen):
    """A lab that is up. Log in to a host as root or admin (sudo without password) with `key_file`."""

    name: str
    network: str = Field(description="the network's name in the engine")
    subnet: str = Field(description='"10.87.3.0/24"')
    edge_address: str
    key_file: Path
    known_hosts_file: Path
    mirror_root: Path = Field(description="what the edge serves, on this machine")
    memory: str | None = None
    hosts: tuple[Host, ...] = ()

    @property
    def api_endpoint(self) -> tuple[str, int]:
        """Where the API servers are reached together: kubeadm's controlPlaneEndpoint."""
        return (self.edge_address, API_PORT)

    @property
    def artifacts_url(self) -> str:
        """Root of the mirror: `{artifacts_url}/release/v1.34.4/bin/linux/amd64/kubeadm`."""
        return f"http://{self.edge_address}:{ARTIFACTS_PORT}"

    @property
    def edge(self) -> Host:
        return Host(name="edge", role="edge", address=self.edge_address, container=f"{self.name}-edge")

    @property
    def control_planes(self) -> tuple[Host, ...]:
        return tuple(host for host in self.hosts if host.role == "control-plane")

    @property
    def workers(self) -> tuple[Host, ...]:
        return tuple(host for host in self.hosts if host.role == "worker")

    def host(self, name: str) -> Host:
        """The host (or "edge") of that name. Raises BadInput, naming those there are."""
        found = {host.name: host for host in (*self.hosts, self.edge)}
        if name not in found:
            raise no_such_host(self.name, name, list(found))
        return found[name]


def make_host(lab: str, subnet: str, role: LabRole, number: int) -> Host:
    """The `number`th machine (from 1) of a role: its name and its address follow from these alone."""
    name = "edge" if role == "edge" else f"{PREFIX[role]}-{number}"
    address = IPv4Network(subnet)[FIRST_ADDRESS[role] + (0 if role == "edge" else number)]
    return Host(name=name, role=role, address=str(address), container=f"{lab}-{name}")


def host_number(host: Host) -> int:
    """3 for worker-3."""
    return int(host.name.rpartition("-")[2])
