"""What API servers are to see of a control plane's host is there before they start: without it they never would."""

from trailboss.model.cluster import Cluster, Volume
from trailboss.model.machine import Machine
from trailboss.steps.command import quoted

_TESTS = {"File": ("-f", "file"), "Directory": ("-d", "folder"), "Socket": ("-S", "socket")}


def check(cluster: Cluster, machine: Machine, *, status: int = 1) -> str:
    """Return lines of bash that end with `status` and in words where something is not there; "" for a worker."""
    if machine.role != "control-plane":
        return ""
    return "".join(_check(volume, status) for volume in cluster.kubeadm.api_server_extra_volumes)


def _check(volume: Volume, status: int) -> str:
    test, word = _TESTS.get(volume.path_type, ("", ""))
    if not test:
        return ""
    missing = quoted(f"apiServer.extraVolumes {volume.name}: there is no {word} {volume.host_path} on this host")
    return f"[ {test} {quoted(volume.host_path)} ] || {{ echo {missing} >&2; exit {status}; }}\n"
