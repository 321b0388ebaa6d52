"""What a host's facts become once commands have run there, without a host: files by content, the rest as given."""

import re
from base64 import b64decode
from collections.abc import Iterable

from trailboss.facts import Binary, MachineFacts
from trailboss.facts.paths import KUBERNETES_DIR
from trailboss.kubeadm.images import pause_image
from trailboss.kubeadm.versions import parse
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.steps import PREPARE, Command
from trailboss.steps.command import digest
from trailboss.steps.pod_network import Routes
from trailboss.steps.pod_network import commands as pod_network

_WRITTEN = re.compile(r"cat > '(\S+)\.trailboss-new' \) <<'TRAILBOSS_FILE_END'\n(.*?)TRAILBOSS_FILE_END", re.DOTALL)
_GIVEN = re.compile(
    r"^path='(\S+)' record=.*?<<'TRAILBOSS_FILE_END'\n(.*?)\nTRAILBOSS_FILE_END.*?chmod (\d+) ", re.DOTALL
)
_PLUGINS = ("bridge", "host-local", "loopback", "portmap")


def bare(machine: Machine, **given: object) -> MachineFacts:
    """A host as its distribution installed it, with containerd and the CNI plugins, each host its own."""
    facts = {
        "hostname": machine.name,
        "machine_id": f"id-of-{machine.name}",
        "architecture": "amd64",
        "disk_free_bytes": 20 * 1024**3,
        "overlay": True,
        "bridge_netfilter": True,
        "cgroup_version": 2,
        "clock_skew_seconds": 0.1,
        "containerd_version": "1.7.27",
        "cni_plugins": {"/opt/cni/bin": _PLUGINS},
        "addresses": (machine.node_address,),
        **given,
    }
    return MachineFacts.model_validate(facts)


def prepared(cluster: Cluster, machine: Machine, facts: MachineFacts | None = None) -> MachineFacts:
    """A host on which every step that prepares it has run."""
    before = facts or bare(machine)
    version = machine.kubernetes_version
    images = (
        pause_image(parse(version), cluster.image_repository),
        f"{cluster.image_repository}/kube-proxy:v{version}",
    )
    done = before.model_copy(
        update={
            "sysctls": {
                "net.ipv4.ip_forward": "1",
                "net.bridge.bridge-nf-call-iptables": "1",
                "net.bridge.bridge-nf-call-ip6tables": "1",
            },
            "containerd_active": True,
            "containerd_enabled": True,
            "kubelet_enabled": True,
            "binaries": {
                name: Binary(path=f"/usr/local/bin/{name}", version=version)
                for name in ("kubelet", "kubeadm", "kubectl")
            },
            "images": frozenset(images),
            "image_lists": {version: images},
        }
    )
    commands = [command for step in PREPARE.values() for command in step.commands(cluster, machine, done)]
    return writing(done, commands)


def upgraded(cluster: Cluster, machine: Machine) -> MachineFacts:
    """A member whose kubelet runs at the machine's version, which was staged before."""
    version = machine.kubernetes_version
    running = {"kubelet_active": True, "kubelet_running": version, "staged": (version,)}
    return prepared(cluster, machine).model_copy(update=running)


def joined(
    cluster: Cluster, machine: Machine, routes: Routes, how: str = "join", facts: MachineFacts | None = None
) -> MachineFacts:
    """A host that is a member of the cluster and has its pod network."""
    present = [f"{KUBERNETES_DIR}/kubelet.conf"]
    if machine.role == "control-plane":
        present += [f"{KUBERNETES_DIR}/admin.conf", f"{KUBERNETES_DIR}/manifests/etcd.yaml"]
    done = (facts or prepared(cluster, machine)).model_copy(
        update={
            "owner": cluster.name,
            "member": how,
            "present": frozenset(present),
            "etcd_data": machine.role == "control-plane",
            "kubelet_active": True,
            "kubelet_running": machine.kubernetes_version,
            "pod_routes": {cidr: address for name, (address, cidr) in routes.items() if name != machine.name},
            "pod_routes_active": True,
            "pod_routes_enabled": True,
        }
    )
    return writing(done, pod_network(cluster, machine, done, routes))


AUTHORITY = f"sha256:{'a' * 64}"
KUBELET = (
    "/usr/bin/kubelet",
    "--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf",
    "--kubeconfig=/etc/kubernetes/kubelet.conf",
    "--config=/var/lib/kubelet/config.yaml",
    "--container-runtime-endpoint=unix:///var/run/containerd/containerd.sock",
)


def foreign(machine: Machine) -> MachineFacts:
    """A host that others have made a node by kubeadm and the packages of pkgs.k8s.io; nothing on it is ours."""
    present = [f"{KUBERNETES_DIR}/kubelet.conf", f"{KUBERNETES_DIR}/pki/ca.crt"]
    if machine.role == "control-plane":
        present += [f"{KUBERNETES_DIR}/admin.conf", f"{KUBERNETES_DIR}/manifests/etcd.yaml"]
    version = machine.kubernetes_version
    given = {
        "containerd_active": True,
        "containerd_enabled": True,
        "kubelet_active": True,
        "kubelet_enabled": True,
        "kubelet_running": version,
        "kubelet_command": (*KUBELET, f"--node-ip={machine.node_address}"),
        "kubeadm_flags": KUBELET[4:],
        "binaries": {
            name: Binary(path=f"/usr/bin/{name}", version=version) for name in ("kubelet", "kubeadm", "kubectl")
        },
        "files": {"/etc/containerd/config.toml": "b" * 64, "/etc/default/kubelet": "c" * 64},
        "fstab_swaps": ("/swap.img none swap sw 0 0",),
        "missing_tools": ("conntrack",),
        "present": frozenset(present),
        "etcd_data": machine.role == "control-plane",
        "authority": AUTHORITY,
    }
    return bare(machine, **given)


def writing(facts: MachineFacts, commands: Iterable[Command]) -> MachineFacts:
    """Facts after the files of `commands` have been written."""
    written = {path: digest(content) for command in commands for path, content in _WRITTEN.findall(command.script)}
    given = {
        path: f"{digest(b64decode(content).decode())} {mode.lstrip('0')}"
        for command in commands
        for path, content, mode in _GIVEN.findall(command.script)
    }
    return facts.model_copy(update={"files": {**facts.files, **written}, "host_files": {**facts.host_files, **given}})
