"""Cluster and Machine of `cluster.x-k8s.io`, v1alpha3 to v1beta2.

Source: kubernetes-sigs/cluster-api, api/v1alpha3 to api/core/v1beta2. Fields that exist there and cannot be honoured
here stand in `not_yet.py`.
"""

from typing import Annotated

from pydantic import AfterValidator, Field

from trailboss.manifests.schema.addresses import Address, Cidr
from trailboss.manifests.schema.base import Manifest, Schema
from trailboss.manifests.schema.seen import Seen
from trailboss.manifests.schema.texts import Domain, Version, refuse


def _one_range(blocks: list[str]) -> list[str]:
    if len(blocks) != 1:
        raise refuse(f"{len(blocks)} ranges, where one is needed", "exactly one range; dual-stack is not supported yet")
    return blocks


class Reference(Schema):
    """`apiVersion` up to v1beta1, `apiGroup` since v1beta2; matched by group, kind and name."""

    api_version: str = Field(
        default="", description="the group and version of the object, such as trailboss.dev/v1alpha1"
    )
    api_group: str = Field(default="", description="the group of the object, such as trailboss.dev")
    kind: str = Field(description="the kind of the object")
    name: str = Field(description="the name of the object")
    namespace: str = Field(default="", description="a text")

    @property
    def group(self) -> str:
        """Return the group, "" where the reference names none."""
        return self.api_group or self.api_version.rpartition("/")[0]


class NetworkRanges(Schema):
    cidr_blocks: Annotated[list[Cidr], AfterValidator(_one_range), Seen({"minItems": 1, "maxItems": 1})] = Field(
        description="a list with one IPv4 range"
    )


class ClusterNetwork(Schema):
    pods: NetworkRanges | None = Field(default=None, description="a mapping with cidrBlocks")
    services: NetworkRanges | None = Field(default=None, description="a mapping with cidrBlocks")
    service_domain: Domain = Field(default="cluster.local", description="a DNS domain in lower case")


class ControlPlaneEndpoint(Schema):
    host: Address = Field(description="an IPv4 address or a DNS name")
    port: int = Field(default=6443, ge=1, le=65535, description="a number from 1 to 65535")


class ClusterSpec(Schema):
    cluster_network: ClusterNetwork = Field(
        default=ClusterNetwork(), description="a mapping with pods, services, serviceDomain"
    )
    control_plane_endpoint: ControlPlaneEndpoint | None = Field(
        default=None, description="a mapping with host and port"
    )
    infrastructure_ref: Reference = Field(
        description="a mapping with apiVersion, kind and name of the SSHCluster or ExistingInfraCluster"
    )
    control_plane_ref: Reference | None = Field(
        default=None, description="a mapping with apiVersion, kind and name of the KubeadmControlPlane"
    )


class ClusterManifest(Manifest):
    spec: ClusterSpec = Field(description="a mapping with infrastructureRef and more")


class Bootstrap(Schema):
    """Always empty: kubeadm's configuration is made from the cluster's manifest."""


class MachineSpec(Schema):
    cluster_name: str = Field(description="the name of a Cluster of the same folder")
    bootstrap: Bootstrap = Field(default=Bootstrap(), description="an empty mapping: {}")
    infrastructure_ref: Reference = Field(
        description="a mapping with apiVersion, kind and name of the SSHMachine or ExistingInfraMachine"
    )
    version: Version | None = Field(default=None, description="the cluster's version, or nothing")


class MachineManifest(Manifest):
    spec: MachineSpec = Field(description="a mapping with clusterName, infrastructureRef and more")
