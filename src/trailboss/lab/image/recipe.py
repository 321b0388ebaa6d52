"""What a lab host's image is made of: Debian packages and a handful of files; its digest names the image."""

import hashlib
from importlib import resources

PACKAGES = (
    # a machine: init, login, shell tools
    *("systemd", "systemd-sysv", "dbus", "openssh-server", "openssh-client", "sudo", "procps", "curl"),
    "ca-certificates",
    # what kubeadm, the kubelet and kube-proxy call
    *("containerd", "iptables", "nftables", "iproute2", "iputils-ping", "conntrack", "socat", "ethtool", "kmod"),
    "containernetworking-plugins",
    # the edge: balancer of the API servers, artifact server
    *("haproxy", "nginx-light"),
)

FILES = {
    "trailboss-lab-init": "/usr/local/sbin/trailboss-lab-init",
    "sshd.conf": "/etc/ssh/sshd_config.d/10-trailboss-lab.conf",
    "journald.conf": "/etc/systemd/journald.conf.d/10-trailboss-lab.conf",
    "nginx.conf": "/etc/nginx/nginx.conf",
    "setup.sh": "/setup.sh",
}
"""File beside this module → its path in the image. `setup.sh` runs once in the new root and is then removed."""

CHANGES = (
    'ENTRYPOINT ["/usr/local/sbin/trailboss-lab-init"]',
    "ENV container=docker",
    "LABEL trailboss.image=lab-host",
)
"""Dockerfile instructions that `docker import` applies."""

REPOSITORY = "trailboss-lab-host"


def content(name: str) -> bytes:
    return resources.files("trailboss.lab.image").joinpath("files", name).read_bytes()


def digest(suite: str) -> str:
    """Twelve hexadecimal digits that change with anything the image is made of (`suite`: "bookworm")."""
    hashed = hashlib.sha256("\n".join((suite, *PACKAGES, *CHANGES)).encode())
    for name, path in sorted(FILES.items()):
        hashed.update(f"\0{path}\0".encode() + content(name))
    return hashed.hexdigest()[:12]


def tag(suite: str) -> str:
    return f"{REPOSITORY}:{digest(suite)}"
