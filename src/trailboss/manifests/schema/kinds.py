"""Which kinds are understood, in which versions, and by which shape they are read."""

from dataclasses import dataclass

from trailboss.manifests.schema.bare_metal import BareMetalClusterManifest, BareMetalMachineManifest
from trailboss.manifests.schema.base import Manifest
from trailboss.manifests.schema.cluster_api import ClusterManifest, MachineManifest
from trailboss.manifests.schema.control_plane import KubeadmControlPlaneManifest
from trailboss.manifests.schema.existing_infra import ExistingInfraClusterManifest, ExistingInfraMachineManifest
from trailboss.manifests.schema.host_templates import SSHMachineTemplateManifest
from trailboss.manifests.schema.kubeadm_config import KubeadmConfigTemplateManifest
from trailboss.manifests.schema.pools import MachineDeploymentManifest, MachineSetManifest
from trailboss.manifests.schema.ssh import SSHClusterManifest, SSHMachineManifest

CLUSTER_API = "cluster.x-k8s.io"
WEAVEWORKS = "cluster.weave.works"
TRAILBOSS = "trailboss.dev"
CONTROL_PLANE = f"controlplane.{CLUSTER_API}"
BOOTSTRAP = f"bootstrap.{CLUSTER_API}"
OLD_CLUSTER_API = "cluster.k8s.io"
PROVIDER_SPEC = "baremetalproviderspec"


@dataclass(frozen=True)
class Kind:
    name: str
    group: str
    versions: tuple[str, ...]
    shape: type[Manifest]

    @property
    def api_versions(self) -> str:
        return ", ".join(f"{self.group}/{version}" for version in self.versions)

    @property
    def label(self) -> str:
        """Return what tells this kind from all others: wksctl's first form has a Cluster and a Machine, too."""
        return f"{self.name} of {self.group}" if self.group == OLD_CLUSTER_API else self.name


_CLUSTER_API_VERSIONS = ("v1alpha3", "v1alpha4", "v1beta1", "v1beta2")

KINDS = {
    kind.name: kind
    for kind in (
        Kind("Cluster", CLUSTER_API, _CLUSTER_API_VERSIONS, ClusterManifest),
        Kind("Machine", CLUSTER_API, _CLUSTER_API_VERSIONS, MachineManifest),
        Kind("SSHCluster", TRAILBOSS, ("v1alpha1",), SSHClusterManifest),
        Kind("SSHMachine", TRAILBOSS, ("v1alpha1",), SSHMachineManifest),
        Kind("ExistingInfraCluster", WEAVEWORKS, ("v1alpha3",), ExistingInfraClusterManifest),
        Kind("ExistingInfraMachine", WEAVEWORKS, ("v1alpha3",), ExistingInfraMachineManifest),
        Kind("KubeadmControlPlane", CONTROL_PLANE, _CLUSTER_API_VERSIONS, KubeadmControlPlaneManifest),
        Kind("KubeadmConfigTemplate", BOOTSTRAP, _CLUSTER_API_VERSIONS, KubeadmConfigTemplateManifest),
        Kind("MachineDeployment", CLUSTER_API, _CLUSTER_API_VERSIONS, MachineDeploymentManifest),
        Kind("MachineSet", CLUSTER_API, _CLUSTER_API_VERSIONS, MachineSetManifest),
        Kind("SSHMachineTemplate", TRAILBOSS, ("v1alpha1",), SSHMachineTemplateManifest),
    )
}
CLUSTER_INFRASTRUCTURE = ("SSHCluster", "ExistingInfraCluster")
MACHINE_INFRASTRUCTURE = ("SSHMachine", "ExistingInfraMachine")
WORKER_POOLS = ("MachineDeployment", "MachineSet")
POOLS = ("KubeadmControlPlane", *WORKER_POOLS)

OLD_KINDS = {
    kind.name: kind
    for kind in (
        Kind("Cluster", OLD_CLUSTER_API, ("v1alpha1",), BareMetalClusterManifest),
        Kind("Machine", OLD_CLUSTER_API, ("v1alpha1",), BareMetalMachineManifest),
    )
}
"""wksctl's first form: each of these objects is a Cluster or Machine and its infrastructure in one."""
FORMER_NAMES = {"BareMetalCluster": "ExistingInfraCluster", "BareMetalMachine": "ExistingInfraMachine"}
"""What wksctl's own kinds of v1alpha3 were called for some months of 2020 → what they were called then."""
GROUPS = (CLUSTER_API, WEAVEWORKS, TRAILBOSS, OLD_CLUSTER_API, PROVIDER_SPEC)
