"""Cluster and Machine of `cluster.k8s.io/v1alpha1` with `baremetalproviderspec/v1alpha1`: wksctl's first form.

Source: weaveworks/wksctl, pkg/baremetalproviderspec/v1alpha1 (commit 0e3ac94), and weaveworks/
cluster-api-provider-existinginfra, apis/baremetalproviderspec/v1alpha1 (commit d2ce04066faf). Fields that came only
with the later form are taken here, too: `kubernetesVersion` above all, for which this form has no place of its own.
"""

from typing import Self

from pydantic import Field, model_validator

from trailboss.manifests.schema.addresses import Address, Ip
from trailboss.manifests.schema.base import Manifest, Metadata, Schema
from trailboss.manifests.schema.cluster_api import ClusterNetwork
from trailboss.manifests.schema.existing_infra import ExistingInfraClusterSpec, WksEndPoint
from trailboss.manifests.schema.texts import Version, refuse
from trailboss.model.supported import SUPPORTED


class BareMetalClusterProviderSpec(ExistingInfraClusterSpec):
    api_version: str = Field(default="", description="baremetalproviderspec/v1alpha1")
    kind: str = Field(default="", description="BareMetalClusterProviderSpec")


class ClusterProviderSpec(Schema):
    value: BareMetalClusterProviderSpec = Field(description="a mapping with apiVersion, kind, user and more")


class BareMetalClusterSpec(Schema):
    cluster_network: ClusterNetwork = Field(
        default=ClusterNetwork(), description="a mapping with pods, services, serviceDomain"
    )
    provider_spec: ClusterProviderSpec = Field(description="a mapping with value: a BareMetalClusterProviderSpec")


class BareMetalClusterManifest(Manifest):
    spec: BareMetalClusterSpec = Field(description="a mapping with clusterNetwork and providerSpec")


class BareMetalMachineProviderSpec(Schema):
    api_version: str = Field(default="", description="baremetalproviderspec/v1alpha1")
    kind: str = Field(default="", description="BareMetalMachineProviderSpec")
    address: Address | None = Field(default=None, description="an IPv4 address or a DNS name")
    port: int | None = Field(default=None, ge=1, le=65535, description="a number from 1 to 65535")
    private_address: Ip | None = Field(default=None, description="an IPv4 address that the node registers with")
    private: WksEndPoint | None = Field(default=None, description="a mapping with address and port")
    public: WksEndPoint | None = Field(default=None, description="a mapping with address and port")

    @model_validator(mode="after")
    def _has_an_address(self) -> Self:
        if self.private is None and self.public is None and self.address is None:
            raise refuse("a machine without any address", "public and private, each a mapping with address and port")
        return self


class MachineProviderSpec(Schema):
    value: BareMetalMachineProviderSpec = Field(description="a mapping with apiVersion, kind, public and private")


class MachineVersions(Schema):
    kubelet: Version | None = Field(default=None, description=f"a version such as 1.34.4, {SUPPORTED}")
    control_plane: Version | None = Field(default=None, description="kubelet's version, or nothing")

    @model_validator(mode="after")
    def _are_one(self) -> Self:
        if self.kubelet and self.control_plane and self.kubelet != self.control_plane:
            raise refuse("a machine has one version", f"kubelet and controlPlane alike, such as {self.kubelet}")
        return self

    @property
    def wanted(self) -> str | None:
        return self.control_plane or self.kubelet


class BareMetalMachineSpec(Schema):
    versions: MachineVersions = Field(default=MachineVersions(), description="a mapping with kubelet and controlPlane")
    provider_spec: MachineProviderSpec = Field(description="a mapping with value: a BareMetalMachineProviderSpec")


class BareMetalMachineMetadata(Metadata):
    generate_name: str = Field(default="", description="what the name begins with, where there is no name")


class BareMetalMachineManifest(Manifest):
    metadata: BareMetalMachineMetadata = Field(description="a mapping with name or generateName")
    spec: BareMetalMachineSpec = Field(description="a mapping with providerSpec and versions")
