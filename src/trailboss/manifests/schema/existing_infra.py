"""ExistingInfraCluster and ExistingInfraMachine of `cluster.weave.works/v1alpha3`, as wksctl has them.

Source: weaveworks/cluster-api-provider-existinginfra, apis/cluster.weave.works/v1alpha3 (commit d2ce04066faf). Fields
that exist there and cannot be honoured here stand in `not_yet.py`.
"""

from typing import Literal, Self

from pydantic import Field, model_validator

from trailboss.manifests.schema.addresses import Address, HostPort, Repository
from trailboss.manifests.schema.base import Manifest, Schema
from trailboss.manifests.schema.texts import Argument, File, KubeletValue, Version, refuse
from trailboss.model.supported import SUPPORTED


class ServerArgument(Schema):
    name: Argument = Field(description="a flag's name without leading dashes")
    value: str = Field(description="a text")


class KubeletArgument(ServerArgument):
    value: KubeletValue = Field(description="a text")


class WksApiServer(Schema):
    additional_sans: list[Address] = Field(
        default=[], alias="additionalSANs", description="a list of IPv4 addresses and DNS names"
    )
    extra_arguments: list[ServerArgument] = Field(default=[], description="a list of mappings with name and value")


class ContainerRuntime(Schema):
    kind: Literal["containerd"] = Field(
        default="containerd", description="containerd; kubeadm has not run docker since Kubernetes 1.24"
    )


class ExistingInfraClusterSpec(Schema):
    user: str = Field(min_length=1, description="the name of a user who is root or has sudo without a password")
    kubernetes_version: Version | None = Field(default=None, description=f"a version such as 1.34.4, {SUPPORTED}")
    ssh_key_path: File | None = Field(default=None, description="the path of a private key on the worker")
    control_plane_machine_count: str | None = Field(
        default=None, description='the number of control planes as a text, such as "3"'
    )
    worker_machine_count: str | None = Field(default=None, description='the number of workers as a text, such as "2"')
    cri: ContainerRuntime = Field(default=ContainerRuntime(), description="a mapping with kind: containerd")
    image_repository: Repository = Field(default="registry.k8s.io", description="HOST[:PORT][/PATH]")
    control_plane_endpoint: HostPort | None = Field(default=None, description="HOST or HOST:PORT")
    api_server: WksApiServer = Field(
        default=WksApiServer(), description="a mapping with additionalSANs and extraArguments"
    )
    kubelet_arguments: list[KubeletArgument] = Field(default=[], description="a list of mappings with name and value")


class ExistingInfraClusterManifest(Manifest):
    spec: ExistingInfraClusterSpec = Field(description="a mapping with user and more")


class WksEndPoint(Schema):
    address: Address = Field(description="an IPv4 address or a DNS name")
    port: int = Field(default=22, ge=1, le=65535, description="a number from 1 to 65535")


class ExistingInfraMachineSpec(Schema):
    private: WksEndPoint | None = Field(default=None, description="a mapping with address and port")
    public: WksEndPoint | None = Field(default=None, description="a mapping with address and port")

    @model_validator(mode="after")
    def _has_an_address(self) -> Self:
        if self.private is None and self.public is None:
            raise refuse("a machine without any address", "private or public, each a mapping with address and port")
        return self


class ExistingInfraMachineManifest(Manifest):
    spec: ExistingInfraMachineSpec = Field(description="a mapping with private, public or both")
