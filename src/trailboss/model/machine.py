from typing import Literal

from pydantic import Field

from trailboss.model.base import Frozen

Role = Literal["control-plane", "worker"]
TaintEffect = Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]


class Taint(Frozen):
    key: str
    value: str = ""
    effect: TaintEffect


class SSHAccess(Frozen):
    """How to log in to a machine. Keys are named by path on the worker, never carried by value.

    `known_hosts` holds lines in known_hosts format; together with `known_hosts_file` they are the only host keys
    that are trusted. With neither, the worker's own known_hosts file (setting `ssh_known_hosts_file`) is used.
    `user` other than root needs sudo without a password.
    """

    user: str = "root"
    port: int = Field(default=22, ge=1, le=65535)
    key_file: str | None = None
    known_hosts_file: str | None = None
    known_hosts: tuple[str, ...] = ()
    bastion: str | None = Field(default=None, description="user@host[:port] of a jump host")


class Machine(Frozen):
    """One machine of a cluster, as the manifests have it.

    `address` is where SSH connects; `private_address` is what the node registers with (default: `address`).
    The node's name in Kubernetes is `name`. `kubernetes_version` has no leading v: "1.34.4".
    """

    name: str
    role: Role
    address: str
    private_address: str | None = None
    kubernetes_version: str
    ssh: SSHAccess = SSHAccess()
    labels: dict[str, str] = {}
    taints: tuple[Taint, ...] | None = Field(
        default=None, description="None: Kubernetes' default for the role; an empty list: no taints at all"
    )

    @property
    def node_address(self) -> str:
        return self.private_address or self.address
