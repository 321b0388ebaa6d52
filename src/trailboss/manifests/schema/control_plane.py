"""KubeadmControlPlane, v1alpha3 to v1beta2.

Source: kubernetes-sigs/cluster-api, api/controlplane/kubeadm. Where the versions put a field in different places, each
place is taken. Fields that exist there and cannot be honoured here stand in `not_yet_pools.py`.
"""

from typing import Literal, Self

from pydantic import Field, model_validator

from trailboss.manifests.schema.base import Manifest, Schema
from trailboss.manifests.schema.cluster_api import Reference
from trailboss.manifests.schema.host_templates import HOST_TEMPLATE_REFERENCE
from trailboss.manifests.schema.kubeadm_config import ControlPlaneConfig, TemplateMetadata
from trailboss.manifests.schema.surge import NO_SURGE, NoSurge
from trailboss.manifests.schema.texts import Version, refuse
from trailboss.model.supported import SUPPORTED


class ControlPlaneRollingUpdate(Schema):
    max_surge: NoSurge = Field(default=0, description=NO_SURGE)


class ControlPlaneStrategy(Schema):
    type: Literal["RollingUpdate"] = Field(default="RollingUpdate", description="RollingUpdate")
    rolling_update: ControlPlaneRollingUpdate = Field(
        default=ControlPlaneRollingUpdate(), description="a mapping with maxSurge"
    )


class ControlPlaneRollout(Schema):
    strategy: ControlPlaneStrategy = Field(
        default=ControlPlaneStrategy(), description="a mapping with type and rollingUpdate"
    )


class ControlPlaneMachineSpec(Schema):
    infrastructure_ref: Reference = Field(description=HOST_TEMPLATE_REFERENCE)


class ControlPlaneMachineTemplate(Schema):
    metadata: TemplateMetadata = Field(default=TemplateMetadata(), description="a mapping with labels and annotations")
    infrastructure_ref: Reference | None = Field(default=None, description=HOST_TEMPLATE_REFERENCE)
    spec: ControlPlaneMachineSpec | None = Field(default=None, description="a mapping with infrastructureRef")


class KubeadmControlPlaneSpec(Schema):
    replicas: int = Field(default=1, ge=1, description="a number of control planes, 1 or more")
    version: Version = Field(description=f"a version such as v1.34.4, {SUPPORTED}")
    machine_template: ControlPlaneMachineTemplate = Field(
        default=ControlPlaneMachineTemplate(), description="a mapping with infrastructureRef; since v1beta2 in its spec"
    )
    infrastructure_template: Reference | None = Field(default=None, description=HOST_TEMPLATE_REFERENCE)
    kubeadm_config_spec: ControlPlaneConfig = Field(
        default=ControlPlaneConfig(),
        description="a mapping with clusterConfiguration, initConfiguration, joinConfiguration",
    )
    rollout_strategy: ControlPlaneStrategy = Field(
        default=ControlPlaneStrategy(), description="a mapping with type and rollingUpdate"
    )
    rollout: ControlPlaneRollout = Field(default=ControlPlaneRollout(), description="a mapping with strategy")

    @model_validator(mode="after")
    def _one_reference(self) -> Self:
        template = self.machine_template
        found = [self.infrastructure_template, template.infrastructure_ref, template.spec]
        if sum(each is not None for each in found) != 1:
            allowed = "machineTemplate.spec.infrastructureRef (v1beta2) or machineTemplate.infrastructureRef (before)"
            raise refuse("one reference to an SSHMachineTemplate is needed", allowed)
        return self


class KubeadmControlPlaneManifest(Manifest):
    spec: KubeadmControlPlaneSpec = Field(description="a mapping with replicas, version, machineTemplate and more")
