"""containerd is configured for this Kubernetes version, runs, and starts at boot."""

from trailboss.facts import MachineFacts
from trailboss.facts.paths import CONTAINERD_CONFIG, CONTAINERD_PROXY
from trailboss.kubeadm.images import pause_image
from trailboss.kubeadm.init import kubelet_configuration
from trailboss.kubeadm.versions import parse
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.steps import proxy
from trailboss.steps.command import Command, digest
from trailboss.steps.files import write

_RESTART = "systemctl enable -q containerd; systemctl restart containerd\n"

_VERSION_2 = """\
# Written by Trailboss; changes made by hand are overwritten.
version = 2

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{sandbox}"
  restrict_oom_score_adj = {restrict}

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "{cni_bin}"
  conf_dir = "/etc/cni/net.d"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
  SystemdCgroup = {systemd}

[plugins."io.containerd.grpc.v1.cri".registry]
  config_path = "/etc/containerd/certs.d"
"""

_VERSION_3 = """\
# Written by Trailboss; changes made by hand are overwritten.
version = 3

[plugins."io.containerd.cri.v1.images".pinned_images]
  sandbox = "{sandbox}"

[plugins."io.containerd.cri.v1.images".registry]
  config_path = "/etc/containerd/certs.d"

[plugins."io.containerd.cri.v1.runtime"]
  restrict_oom_score_adj = {restrict}

[plugins."io.containerd.cri.v1.runtime".cni]
  bin_dir = "{cni_bin}"
  conf_dir = "/etc/cni/net.d"

[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
  SystemdCgroup = {systemd}
"""


def commands(cluster: Cluster, machine: Machine, facts: MachineFacts) -> list[Command]:
    proxied = proxy.drop_in(cluster, machine, facts, CONTAINERD_PROXY)
    if facts.is_adopted:
        return [*proxied, Command(summary="restart containerd", script=_RESTART)] if proxied else []
    if not facts.containerd_version:
        script = _by_version(cluster, machine)
        return [*proxied, Command(summary=f"write {CONTAINERD_CONFIG} and start containerd", script=script)]
    content = config(cluster, machine, facts.containerd_version)
    if facts.files.get(CONTAINERD_CONFIG) != digest(content):
        script = write(CONTAINERD_CONFIG, content) + _RESTART
        return [*proxied, Command(summary=f"write {CONTAINERD_CONFIG} and restart containerd", script=script)]
    if proxied:
        return [*proxied, Command(summary="restart containerd", script=_RESTART)]
    if not (facts.containerd_active and facts.containerd_enabled):
        return [Command(summary="start containerd, now and at boot", script="systemctl enable -q --now containerd\n")]
    return []


def config(cluster: Cluster, machine: Machine, containerd_version: str) -> str:
    """Return containerd's config.toml, in the form that this containerd (such as "1.6.20") reads."""
    template = _VERSION_2 if containerd_version.startswith("1.") else _VERSION_3
    driver = kubelet_configuration(cluster)["cgroupDriver"]
    return template.format(
        sandbox=pause_image(parse(machine.kubernetes_version), cluster.image_repository),
        restrict=_toml(cluster.containerd.restrict_oom_score_adj),
        cni_bin=cluster.containerd.cni_bin_dir,
        systemd=_toml(driver == "systemd"),
    )


def _by_version(cluster: Cluster, machine: Machine) -> str:
    """For a machine whose containerd is only now being installed: the host itself knows which version it became."""
    old, new = (write(CONTAINERD_CONFIG, config(cluster, machine, version)) for version in ("1.7.0", "2.0.0"))
    is_old = "containerd --version | grep -Eq ' v?1[.]'"
    return f"if {is_old}; then\n{old}else\n{new}fi\n{_RESTART}"


def _toml(value: bool) -> str:
    return "true" if value else "false"
