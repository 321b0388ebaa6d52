"""What runs inside the long action that takes a host out of its cluster, and what gives the host up afterwards."""

from importlib.resources import files

from trailboss.facts.paths import (
    ADOPTED,
    BINARIES_DIR,
    CNI_CONFIG,
    ETCD_DIR,
    HOST_FILES,
    KUBELET_DIR,
    KUBELET_SETTINGS,
    KUBERNETES_DIR,
    LENT_KUBELET,
    MEMBER,
    OWNER,
    POD_ROUTES,
    POD_ROUTES_SCRIPT,
    POD_ROUTES_UNIT,
    RENEWAL,
    ROUTE_PROTOCOL,
    SETTINGS_COPIES,
    SNAPSHOTS,
    STATE,
    STEP_RECORDS,
    UPGRADED_TO,
)
from trailboss.facts.paths import SETTINGS as SETTINGS_MARK
from trailboss.kubeadm.documents import CRI_SOCKET
from trailboss.steps.command import quoted

_RUN = files(__package__).joinpath("host_reset.sh").read_text()
# What well-known addons leave there would be the next cluster's pod network; other files may be another program's.
_ADDONS = ("10-calico.conflist", "calico-kubeconfig", "10-flannel.conflist", "05-cilium.conflist")
_CNI_DIR = CNI_CONFIG.rpartition("/")[0]

_STATE = (
    HOST_FILES,
    SNAPSHOTS,
    UPGRADED_TO,
    LENT_KUBELET,
    RENEWAL,
    f"{RENEWAL}-copies",
    SETTINGS_MARK,
    SETTINGS_COPIES,
    KUBELET_SETTINGS,
    f"{KUBELET_SETTINGS}-copies",
    ADOPTED,
)

SETTINGS = {
    "bin": BINARIES_DIR,
    "socket": CRI_SOCKET,
    "member": MEMBER,
    "unit": POD_ROUTES_UNIT.rpartition("/")[2],
    "files": " ".join(
        [CNI_CONFIG, POD_ROUTES, POD_ROUTES_SCRIPT, POD_ROUTES_UNIT, *(f"{_CNI_DIR}/{name}" for name in _ADDONS)]
    ),
    "networks": "/var/lib/cni/networks/trailboss",
    "protocol": str(ROUTE_PROTOCOL),
    "state": " ".join(_STATE),
    "folders": f"{KUBELET_DIR} {ETCD_DIR} {KUBERNETES_DIR}",
}

SCRIPT = "\n".join([*(f"{name}={quoted(value)}" for name, value in SETTINGS.items()), _RUN])
"""Binaries, images and containerd's configuration stay: they do no harm to whoever has the host next."""

RELEASE = f"rm -f {STATE}/fence {MEMBER}; rm -rf {STEP_RECORDS}; rm -f {OWNER}\n"
"""Gives the host up. To be run once `SCRIPT` has ended well; until then the host counts as its cluster's.

Records of long actions go, too: what they tell is true of a host that is no more. The owner goes last: a host without a
mark is nobody's.
"""
