"""Brings a cluster back from a snapshot: authorities, etcd's data, `kubeadm init` over both, in one long action.

etcdutl comes out of the etcd image that kubeadm wants, which the host has by then; it runs on the host itself.
"""

from importlib.resources import files

from trailboss.facts.paths import ETCD_DIR, IMAGE_LISTS, SNAPSHOTS, STATE
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.steps import authorities
from trailboss.steps.command import quoted
from trailboss.steps.kubeadm_run import over_restored_data

_RESTORE = files(__package__).joinpath("etcd_restore.sh").read_text()
PREFLIGHT_ERROR = "DirAvailable--var-lib-etcd"
"""kubeadm wants the folder of etcd's data to be empty; here it is not."""


def path(snapshot: str) -> str:
    """Return where the snapshot's data has to be on the host."""
    return f"{SNAPSHOTS}/{snapshot}.db"


def script(machine: Machine, snapshot: str, config: str) -> str:
    """Return the script of the long action.

    `config`: as for `kubeadm_run.init_script`. The action's input `authorities.INPUT` has to be there, and the file
    `path(snapshot)`.
    """
    settings = {
        "snapshot": path(snapshot),
        "images": f"{IMAGE_LISTS}/v{machine.kubernetes_version}",
        "etcd": ETCD_DIR,
        "name": machine.name,
        "state": STATE,
        "peer": f"https://{_host(machine.node_address)}:2380",
    }
    assignments = "".join(f"{name}={quoted(value)}\n" for name, value in settings.items())
    place = f"place_authorities() {{\n  restore_etcd || return\n  {authorities.UNPACK}}}\n"
    return over_restored_data(machine, config, assignments + _RESTORE + place)


def may_find_data(cluster: Cluster) -> Cluster:
    """Return the cluster whose `kubeadm init` lets it pass that there is data of etcd's already."""
    ignored = cluster.kubeadm.ignore_preflight_errors
    if any(name.lower() == "all" for name in ignored):  # which kubeadm takes alone only
        return cluster
    kubeadm = cluster.kubeadm.model_copy(update={"ignore_preflight_errors": (*ignored, PREFLIGHT_ERROR)})
    return cluster.model_copy(update={"kubeadm": kubeadm})


def _host(address: str) -> str:
    return f"[{address}]" if ":" in address else address
