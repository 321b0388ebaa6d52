"""Our SSHMachineTemplate: which SSHMachines are picked, and what they do not say themselves."""

from typing import Annotated

from pydantic import AfterValidator, Field

from trailboss.manifests.schema.base import Manifest, Schema
from trailboss.manifests.schema.kubeadm_config import TemplateMetadata
from trailboss.manifests.schema.selectors import LabelSelector
from trailboss.manifests.schema.ssh import SSH, TaintSpec
from trailboss.manifests.schema.texts import LabelKey, LabelValue, refuse

HOST_TEMPLATE_REFERENCE = "a mapping with apiVersion, kind and name of the SSHMachineTemplate"


def _says_something(selector: LabelSelector) -> LabelSelector:
    if not selector.match_labels and not selector.match_expressions:
        raise refuse("would pick any host", "matchLabels or matchExpressions that tell the hosts meant from others")
    return selector


class HostTemplateSpec(Schema):
    """`ssh`, `labels` and `taints` stand in for what an SSHMachine does not say itself."""

    host_selector: Annotated[LabelSelector, AfterValidator(_says_something)] = Field(
        description="a mapping with matchLabels: labels in the metadata of SSHMachines"
    )
    ssh: SSH = Field(default=SSH(), description="a mapping with what differs from the cluster's ssh")
    labels: dict[LabelKey, LabelValue] = Field(default={}, description="a mapping of label keys to values")
    taints: list[TaintSpec] | None = Field(default=None, description="a list of mappings with key, value and effect")


class HostTemplate(Schema):
    metadata: TemplateMetadata = Field(default=TemplateMetadata(), description="a mapping with labels and annotations")
    spec: HostTemplateSpec = Field(description="a mapping with hostSelector and more")


class SSHMachineTemplateSpec(Schema):
    template: HostTemplate = Field(description="a mapping with spec")


class SSHMachineTemplateManifest(Manifest):
    spec: SSHMachineTemplateSpec = Field(description="a mapping with template")
