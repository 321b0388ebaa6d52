"""Pods reach each other by routes between hosts of one network segment, with the reference CNI plugins.

Each node bridges its own pod CIDR; the other nodes' are routed to their addresses. Pods keep their source address
among each other; only what leaves the cluster's pod network is masqueraded.
"""

import json
from collections.abc import Mapping
from importlib.resources import files
from ipaddress import ip_network

from trailboss.facts import MachineFacts
from trailboss.facts.paths import CNI_CONFIG, POD_ROUTES, POD_ROUTES_SCRIPT, POD_ROUTES_UNIT, ROUTE_PROTOCOL
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.steps.command import Command, quoted
from trailboss.steps.files import wanted

Routes = Mapping[str, tuple[str, str]]
"""Node name to its address and its pod CIDR."""

FACTS = ("files", "pod_routes", "pod_routes_active", "pod_routes_enabled")
"""The facts that `commands` looks at."""

_UNIT_NAME = "trailboss-pod-routes.service"
_SCRIPT = files(__package__).joinpath("pod_routes.sh").read_text()

_UNIT = f"""\
[Unit]
Description=Trailboss: routes to the pods of the cluster's other nodes
Wants=network-online.target
After=network-online.target
Before=kubelet.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart={POD_ROUTES_SCRIPT} {POD_ROUTES} {ROUTE_PROTOCOL}

[Install]
WantedBy=multi-user.target
"""


def commands(cluster: Cluster, machine: Machine, facts: MachineFacts, routes: Routes) -> list[Command]:
    """Return what is missing; nothing where the cluster's pod network is not ours, or this node has no pod CIDR yet."""
    if cluster.pod_network != "routes" or machine.name not in routes:
        return []
    own = routes[machine.name][1]
    others = {cidr: address for name, (address, cidr) in routes.items() if name != machine.name and cidr}
    return _interface(facts, own) + _routing(facts, _list(cluster, own, others), others)


def _interface(facts: MachineFacts, own: str) -> list[Command]:
    # A bridge that still has the gateway of another pod CIDR would make the plugin refuse each pod.
    gateway = next(ip_network(own).hosts())
    seen, mine = "ip -o addr show dev cni0 2>/dev/null", quoted(f" {gateway}/")
    drop = f"if {seen} | grep -q . && ! {seen} | grep -qF {mine}; then ip link delete cni0; fi\n"
    return wanted(facts, CNI_CONFIG, _cni(own), then=drop)


def _routing(facts: MachineFacts, listed: str, others: Mapping[str, str]) -> list[Command]:
    written = [
        *wanted(facts, POD_ROUTES, listed),
        *wanted(facts, POD_ROUTES_SCRIPT, _SCRIPT, mode="0755"),
        *wanted(facts, POD_ROUTES_UNIT, _UNIT),
    ]
    right = facts.pod_routes == others and facts.pod_routes_active and facts.pod_routes_enabled
    if right and not written:
        return []
    script = f"systemctl daemon-reload; systemctl enable -q {_UNIT_NAME}; systemctl restart {_UNIT_NAME}\n"
    return [*written, Command(summary="set routes to the other nodes' pods", script=script)]


def _list(cluster: Cluster, own: str, others: Mapping[str, str]) -> str:
    """The first line has the cluster's and this node's own CIDR; each other line, a route."""
    routes = sorted(f"{cidr} {address}\n" for cidr, address in others.items())
    return f"{cluster.pod_cidr} {own}\n" + "".join(routes)


def _cni(own: str) -> str:
    bridge = {
        "type": "bridge",
        "bridge": "cni0",
        "isGateway": True,
        # The plugin would masquerade whatever leaves this node's own CIDR; the routes' script does better.
        "ipMasq": False,
        "hairpinMode": True,
        "ipam": {"type": "host-local", "ranges": [[{"subnet": own}]], "routes": [{"dst": "0.0.0.0/0"}]},
    }
    portmap = {"type": "portmap", "capabilities": {"portMappings": True}}
    conflist = {"cniVersion": "1.0.0", "name": "trailboss", "plugins": [bridge, portmap]}
    return json.dumps(conflist, indent=2) + "\n"
