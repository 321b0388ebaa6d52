"""Nodes as the real API has them, in the columns that kubectl shows. Pure."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from trailboss.plan.observation import NodeSeen


def nodes_table(nodes: Sequence[NodeSeen]) -> Table:
    table = Table("NAME", "STATUS", "ROLES", "VERSION", "INTERNAL-IP", "POD-CIDR", box=None, pad_edge=False)
    for node in nodes:
        status = Text("Ready", style="green") if node.ready else Text("NotReady", style="red")
        if node.unschedulable:
            status.append(",SchedulingDisabled")
        role = "control-plane" if node.control_plane else "<none>"
        table.add_row(node.name, status, role, f"v{node.kubelet_version}", node.internal_address, node.pod_cidr)
    return table
