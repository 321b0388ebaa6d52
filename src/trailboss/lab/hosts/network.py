"""A lab's own network: a free /24 of 10.87.0.0/16, found again by its label."""

from ipaddress import IPv4Network

from trailboss.lab.engine.docker import DockerFailed, docker, inspect
from trailboss.lab.hosts.errors import LabNotReady
from trailboss.lab.hosts.labels import lab_label

POOL = IPv4Network("10.87.0.0/16")


def network_name(lab: str) -> str:
    return f"trailboss-{lab}"


def ensure_network(lab: str) -> str:
    """Subnet ("10.87.3.0/24") of the lab's network, which is made if it is not there."""
    if found := inspect("network", [network_name(lab)]):
        return str(found[0]["IPAM"]["Config"][0]["Subnet"])
    taken = taken_subnets()
    for subnet in POOL.subnets(new_prefix=24):
        if not any(subnet.overlaps(other) for other in taken) and _create(lab, subnet):
            return str(subnet)
    raise LabNotReady(f"every /24 of {POOL} is taken by another network of the engine")


def taken_subnets() -> list[IPv4Network]:
    """IPv4 subnets of all the engine's networks."""
    networks = inspect("network", docker("network", "ls", "--quiet").split())
    configs = [config for network in networks for config in network["IPAM"]["Config"] or []]
    return [IPv4Network(config["Subnet"]) for config in configs if "." in config.get("Subnet", "")]


def _create(lab: str, subnet: IPv4Network) -> bool:
    """False when another process or interface took the subnet in between; any other failure is raised."""
    own = ("--label", lab_label(lab), "--driver", "bridge", "--gateway", str(subnet[1]))
    try:
        docker("network", "create", *own, "--subnet", str(subnet), network_name(lab))
    except DockerFailed as error:
        if "overlap" in error.output:
            return False
        raise
    return True
