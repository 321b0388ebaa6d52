from typing import Literal

from trailboss.model.base import Frozen
from trailboss.model.cluster import ArtifactSource, Cluster, Containerd, Endpoint, HostFile, Kubeadm, Proxy
from trailboss.model.machine import Role, SSHAccess, Taint
from trailboss.model.rollout import Rollout, Snapshots


class ScaffoldMachine(Frozen):
    """One machine to write down. `ssh` None: the cluster's."""

    name: str
    role: Role
    address: str
    private_address: str | None = None
    ssh: SSHAccess | None = None
    labels: dict[str, str] = {}
    taints: tuple[Taint, ...] | None = None


class ScaffoldSpec(Frozen):
    """What to write manifests for; the fields mean what they mean in `model.cluster.Cluster`."""

    name: str
    kubernetes_version: str
    machines: tuple[ScaffoldMachine, ...]
    endpoint: Endpoint | None = None
    ssh: SSHAccess = SSHAccess()
    artifacts: ArtifactSource = ArtifactSource()
    containerd: Containerd = Containerd()
    proxy: Proxy | None = None
    files: tuple[HostFile, ...] = ()
    kubeadm: Kubeadm = Kubeadm()
    pod_network: Literal["routes", "none"] = "routes"
    pod_cidr: str = "10.244.0.0/16"
    service_cidr: str = "10.96.0.0/12"
    service_domain: str = "cluster.local"
    image_repository: str = "registry.k8s.io"
    rollout: Rollout = Rollout()
    snapshots: Snapshots = Snapshots()
    waived: tuple[str, ...] = ()
    adopt: str | None = None
    destroy: bool = False

    @classmethod
    def of(cls, cluster: Cluster) -> "ScaffoldSpec":
        """Return the spec whose manifests describe `cluster`."""
        shared = {name: getattr(cluster, name) for name in cls.model_fields if name not in {"machines", "ssh"}}
        machines = tuple(
            ScaffoldMachine(**{name: getattr(machine, name) for name in ScaffoldMachine.model_fields})
            for machine in cluster.machines
        )
        ssh = cluster.machines[0].ssh if cluster.machines else SSHAccess()
        return cls(**shared, ssh=ssh, machines=machines)
