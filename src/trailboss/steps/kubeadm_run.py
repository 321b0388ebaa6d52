"""What runs inside the long action of `kubeadm init` and `kubeadm join`: recover, run, put the mark down.

The member mark (facts.paths.MEMBER) says "…-begun" before kubeadm starts and loses that ending when kubeadm has ended
well. So a host that died in between is told from one that is a member, and from one that was never ours; only the
first is ever reset.
"""

from importlib.resources import files

from trailboss.facts.paths import BINARIES_DIR, CNI_CONFIG, MEMBER
from trailboss.kubeadm.documents import CRI_SOCKET
from trailboss.kubeadm.node import API_PORT
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.steps import authorities, volumes
from trailboss.steps.command import quoted

_LEAVE_ETCD = files(__package__).joinpath("leave_etcd.sh").read_text()
_RUN = files(__package__).joinpath("kubeadm_run.sh").read_text()

# The token that kubeadm prints would end up in the host's and our own records.
_INIT = "init --skip-token-print"

# The last phase of init installs kube-proxy; if it is there, all phases before it have ended.
_INIT_FINISHED = """\
finished() {
  api_answers && k get --namespace kube-system daemonset/kube-proxy >/dev/null 2>&1
}
"""
# The credentials of the bootstrap are removed once the kubelet has its own, which is a worker's last phase.
_WORKER_FINISHED = """\
finished() {
  [ ! -e /etc/kubernetes/bootstrap-kubelet.conf ] && [ -e /etc/kubernetes/kubelet.conf ] || return 1
  KUBECONFIG=/etc/kubernetes/kubelet.conf k get "node/$node" >/dev/null 2>&1
}
"""
# The role's label is set in the last phase that changes anything.
_CONTROL_PLANE_FINISHED = """\
finished() {
  [ ! -e /etc/kubernetes/bootstrap-kubelet.conf ] && [ -e /etc/kubernetes/kubelet.conf ] || return 1
  api_answers && k get node --no-headers --selector node-role.kubernetes.io/control-plane "$node" >/dev/null 2>&1
}
"""


# The archive is there whenever the join has to start; an attempt that only finds it finished does without.
_AUTHORITIES = f"place_authorities() {{\n  {authorities.UNPACK}}}\n"
_NOT_SHARED = "place_authorities() { :; }\nleave_etcd() { :; }\n"


def init_script(cluster: Cluster, machine: Machine, config: str) -> str:
    """Return the script of `kubeadm init`. `config`: path of its configuration as a bash word; removed at the end."""
    return volumes.check(cluster, machine) + _script(machine, _INIT, config, _INIT_FINISHED + _NOT_SHARED)


def join_script(cluster: Cluster, machine: Machine, config: str) -> str:
    """Return the script of `kubeadm join`; `config` as for `init_script`.

    On a control plane it unpacks the input `authorities.INPUT` of its long action first.
    """
    if machine.role == "worker":
        return _script(machine, "join", config, _WORKER_FINISHED + _NOT_SHARED)
    peers = " ".join(other.node_address for other in cluster.control_planes if other != machine)
    settings = f"address={quoted(machine.node_address)}\npeers={quoted(peers)}\n"
    functions = _CONTROL_PLANE_FINISHED + _AUTHORITIES + settings + _LEAVE_ETCD
    return volumes.check(cluster, machine) + _script(machine, "join", config, functions)


def over_restored_data(machine: Machine, config: str, functions: str) -> str:
    """Return the script of `kubeadm init` over data that `functions` bring: they define `place_authorities`.

    What was cut off is always begun anew: the restored data has all by which a finished init could be told.
    """
    begin_anew = "finished() { return 1; }\nleave_etcd() { :; }\n"
    return _script(machine, _INIT, config, begin_anew + functions, mark="restore-begun")


def _script(machine: Machine, command: str, config: str, functions: str, *, mark: str = "") -> str:
    verb, _, options = command.partition(" ")
    settings = {
        "verb": verb,
        "under_way": mark or f"{verb}-begun",
        "options": options,
        "node": machine.name,
        "api": f"https://{machine.node_address}:{API_PORT}",
        "bin": BINARIES_DIR,
        "member": MEMBER,
        "socket": CRI_SOCKET,
        "cni_config": CNI_CONFIG,
    }
    assignments = [f"{name}={quoted(value)}" for name, value in settings.items()]
    return "\n".join([*assignments, f"config={config}", functions, _RUN])
