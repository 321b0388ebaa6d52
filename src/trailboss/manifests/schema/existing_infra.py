"""ExistingInfraCluster and ExistingInfraMachine of `cluster.weave.works/v1alpha3`, as wksctl has them.

Source: weaveworks/cluster-api-provider-existinginfra, apis/cluster.weave.works/v1alpha3 (commit d2ce04066faf). Fields
that exist there and cannot be honoured here stand in `not_yet.py`; what is taken and means nothing here, in
`normalise/wksctl_warnings.py`.
"""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from trailboss.manifests.schema.addresses import Address, HostPort, Repository
from trailboss.manifests.schema.base import Manifest, Schema
from trailboss.manifests.schema.host import HostPath
from trailboss.manifests.schema.removed_flags import API_SERVER, KUBELET, refuse_removed
from trailboss.manifests.schema.texts import Argument, KubeletValue, Version, refuse
from trailboss.manifests.schema.wksctl_texts import GoDuration, HttpProxy, KeyPath, WebhookUrl
from trailboss.model.supported import SUPPORTED


class ServerArgument(Schema):
    name: Argument = Field(description="a flag's name without leading dashes")
    value: str = Field(description="a text")


class ApiServerArgument(ServerArgument):
    @model_validator(mode="after")
    def _is_there_today(self) -> Self:
        refuse_removed(API_SERVER, self.name, self.value)
        return self


class KubeletArgument(ServerArgument):
    value: KubeletValue = Field(description="a text")

    @model_validator(mode="after")
    def _is_there_today(self) -> Self:
        refuse_removed(KUBELET, self.name, self.value)
        return self


class WksApiServer(Schema):
    additional_sans: list[Address] = Field(
        default=[], alias="additionalSANs", description="a list of IPv4 addresses and DNS names"
    )
    extra_arguments: list[ApiServerArgument] = Field(default=[], description="a list of mappings with name and value")
    external_load_balancer: Address | None = Field(
        default=None, description="the IPv4 address or DNS name of a load balancer on port 6443"
    )


def _runtime(text: str) -> str:
    if text == "docker":
        raise refuse(
            "docker cannot run containers for kubeadm's clusters since Kubernetes 1.24",
            "kind: containerd, without package and version",
        )
    if text != "containerd":
        raise refuse("not a container runtime that is set up here", "containerd")
    return text


class ContainerRuntime(Schema):
    kind: Annotated[str, AfterValidator(_runtime)] = Field(default="containerd", description="containerd")


class FileSource(Schema):
    configmap: str = Field(default="", description="the name of a ConfigMap of this folder")
    key: str = Field(default="", description="a key of the ConfigMap's data")
    contents: str = Field(default="", description="the file's text, in place of a ConfigMap's")


class OsFile(Schema):
    source: FileSource = Field(description="a mapping with configmap and key, or contents")
    destination: HostPath = Field(description="a path on the hosts that begins with /")


class OsSettings(Schema):
    files: list[OsFile] = Field(default=[], description="a list of mappings with source and destination")


class AuthenticationWebhook(Schema):
    url: WebhookUrl = Field(description="the webhook's URL")
    secret_file: str = Field(
        min_length=1, description="the file of a SealedSecret, by its path from this manifest's own folder"
    )
    cache_ttl: GoDuration | None = Field(default=None, alias="cacheTTL", description="a time such as 2m0s")


class AuthorizationWebhook(Schema):
    url: WebhookUrl = Field(description="the webhook's URL")
    secret_file: str = Field(
        min_length=1, description="the file of a SealedSecret, by its path from this manifest's own folder"
    )
    cache_authorized_ttl: GoDuration | None = Field(
        default=None, alias="cacheAuthorizedTTL", description="a time such as 5m0s"
    )
    cache_unauthorized_ttl: GoDuration | None = Field(
        default=None, alias="cacheUnauthorizedTTL", description="a time such as 30s"
    )


def _cloud_provider(text: str) -> str:
    if text not in ("", "external"):
        raise refuse(
            "Kubernetes has had no providers of clouds within itself since 1.31",
            "external, and the cloud's own controller manager in the cluster",
        )
    return text


class ExistingInfraClusterSpec(Schema):
    user: str = Field(min_length=1, description="the name of a user who is root or has sudo without a password")
    kubernetes_version: Version | None = Field(default=None, description=f"a version such as 1.34.4, {SUPPORTED}")
    ssh_key_path: KeyPath | None = Field(default=None, description="the path of a private key on the worker")
    control_plane_machine_count: str | None = Field(
        default=None, description='the number of control planes as a text, such as "3"'
    )
    worker_machine_count: str | None = Field(default=None, description='the number of workers as a text, such as "2"')
    cri: ContainerRuntime = Field(default=ContainerRuntime(), description="a mapping with kind: containerd")
    image_repository: Repository = Field(default="registry.k8s.io", description="HOST[:PORT][/PATH]")
    http_proxy: HttpProxy | None = Field(default=None, description="the URL of a proxy, such as http://10.0.0.2:3128")
    control_plane_endpoint: HostPort | None = Field(default=None, description="HOST or HOST:PORT")
    api_server: WksApiServer = Field(
        default=WksApiServer(), description="a mapping with additionalSANs, extraArguments, externalLoadBalancer"
    )
    kubelet_arguments: list[KubeletArgument] = Field(default=[], description="a list of mappings with name and value")
    os: OsSettings = Field(default=OsSettings(), description="a mapping with files")
    authentication_webhook: AuthenticationWebhook | None = Field(
        default=None, description="a mapping with url, secretFile, cacheTTL"
    )
    authorization_webhook: AuthorizationWebhook | None = Field(
        default=None, description="a mapping with url, secretFile, cacheAuthorizedTTL, cacheUnauthorizedTTL"
    )
    cloud_provider: Annotated[str, AfterValidator(_cloud_provider)] = Field(default="", description="external")
    controller_image: str = Field(default="", description="a text, which means nothing here")
    image_suffix: str = Field(default="", description="a text, which means nothing here")
    workload_cluster: bool = Field(default=False, description="true or false, which means nothing here")


class ExistingInfraClusterManifest(Manifest):
    spec: ExistingInfraClusterSpec = Field(description="a mapping with user and more")


class WksEndPoint(Schema):
    address: Address = Field(description="an IPv4 address or a DNS name")
    port: int = Field(default=22, ge=1, le=65535, description="a number from 1 to 65535")


class ExistingInfraMachineSpec(Schema):
    private: WksEndPoint | None = Field(default=None, description="a mapping with address and port")
    public: WksEndPoint | None = Field(default=None, description="a mapping with address and port")
    provider_id: str = Field(default="", alias="providerID", description="a text, which means nothing here")

    @model_validator(mode="after")
    def _has_an_address(self) -> Self:
        if self.private is None and self.public is None:
            raise refuse("a machine without any address", "private or public, each a mapping with address and port")
        return self


class ExistingInfraMachineManifest(Manifest):
    spec: ExistingInfraMachineSpec = Field(description="a mapping with private, public or both")
