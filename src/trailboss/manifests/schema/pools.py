"""KubeadmControlPlane, MachineDeployment and MachineSet, v1alpha3 to v1beta2, and our SSHMachineTemplate.

Source: kubernetes-sigs/cluster-api, api/controlplane/kubeadm and api/core. Where the versions put a field in different
places, each place is taken. Fields that exist there and cannot be honoured here stand in `not_yet_pools.py`.
"""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, PlainValidator, model_validator

from trailboss.manifests.schema.base import Manifest, Schema
from trailboss.manifests.schema.cluster_api import Reference
from trailboss.manifests.schema.kubeadm_config import ControlPlaneConfig, TemplateMetadata
from trailboss.manifests.schema.rollout import MAX_UNAVAILABLE, read_max_unavailable
from trailboss.manifests.schema.ssh import SSH, TaintSpec
from trailboss.manifests.schema.texts import LabelKey, LabelValue, Version, refuse
from trailboss.model.rollout import MaxUnavailable
from trailboss.model.supported import SUPPORTED

_REFERENCE = "a mapping with apiVersion, kind and name of the SSHMachineTemplate"
_NO_SURGE = "0, or nothing"


def _no_surge(value: object) -> int:
    if value not in (0, "0", "0%") or isinstance(value, bool):
        message = "hosts cannot be made up for the time of a change; with maxUnavailable, they go out of service"
        raise refuse(message, _NO_SURGE)
    return 0


NoSurge = Annotated[int, PlainValidator(_no_surge, json_schema_input_type=int | str)]


class Requirement(Schema):
    key: LabelKey = Field(description="[DOMAIN/]NAME")
    operator: Literal["In", "NotIn", "Exists", "DoesNotExist"] = Field(description="In, NotIn, Exists, DoesNotExist")
    values: list[str] = Field(default=[], description="a list of texts for In and NotIn; nothing for the others")

    @model_validator(mode="after")
    def _values_fit(self) -> Self:
        if (self.operator in ("In", "NotIn")) != bool(self.values):
            allowed = "values with In and NotIn, and with these alone"
            raise refuse(f"{self.operator} {'without' if not self.values else 'with'} values", allowed)
        return self

    def holds(self, labels: dict[str, str]) -> bool:
        match self.operator:
            case "In":
                return labels.get(self.key) in self.values
            case "NotIn":
                return labels.get(self.key) not in self.values
            case "Exists":
                return self.key in labels
        return self.key not in labels


class LabelSelector(Schema):
    match_labels: dict[LabelKey, LabelValue] = Field(default={}, description="a mapping of label keys to values")
    match_expressions: list[Requirement] = Field(
        default=[], description="a list of mappings with key, operator and values"
    )

    def matches(self, labels: dict[str, str]) -> bool:
        exact = all(labels.get(key) == value for key, value in self.match_labels.items())
        return exact and all(requirement.holds(labels) for requirement in self.match_expressions)


class ControlPlaneRollingUpdate(Schema):
    max_surge: NoSurge = Field(default=0, description=_NO_SURGE)


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
    infrastructure_ref: Reference = Field(description=_REFERENCE)


class ControlPlaneMachineTemplate(Schema):
    metadata: TemplateMetadata = Field(default=TemplateMetadata(), description="a mapping with labels and annotations")
    infrastructure_ref: Reference | None = Field(default=None, description=_REFERENCE)
    spec: ControlPlaneMachineSpec | None = Field(default=None, description="a mapping with infrastructureRef")


class KubeadmControlPlaneSpec(Schema):
    replicas: int = Field(default=1, ge=1, description="a number of control planes, 1 or more")
    version: Version = Field(description=f"a version such as v1.34.4, {SUPPORTED}")
    machine_template: ControlPlaneMachineTemplate = Field(
        default=ControlPlaneMachineTemplate(), description="a mapping with infrastructureRef; since v1beta2 in its spec"
    )
    infrastructure_template: Reference | None = Field(default=None, description=_REFERENCE)
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


class PoolBootstrap(Schema):
    config_ref: Reference | None = Field(
        default=None, description="a mapping with apiVersion, kind and name of the KubeadmConfigTemplate"
    )


class PoolMachineSpec(Schema):
    cluster_name: str = Field(description="the name of a Cluster of the same folder")
    bootstrap: PoolBootstrap = Field(default=PoolBootstrap(), description="a mapping with configRef, or {}")
    infrastructure_ref: Reference = Field(description=_REFERENCE)
    version: Version | None = Field(default=None, description="the cluster's version, or nothing")
    min_ready_seconds: int | None = Field(default=None, ge=0, description="a number of seconds, 0 or more")


class PoolTemplate(Schema):
    metadata: TemplateMetadata = Field(default=TemplateMetadata(), description="a mapping with labels and annotations")
    spec: PoolMachineSpec = Field(description="a mapping with clusterName, infrastructureRef and more")


class PoolRollingUpdate(Schema):
    max_unavailable: (
        Annotated[MaxUnavailable, PlainValidator(read_max_unavailable, json_schema_input_type=int | str)] | None
    ) = Field(default=None, description=MAX_UNAVAILABLE)
    max_surge: NoSurge = Field(default=0, description=_NO_SURGE)


class PoolStrategy(Schema):
    type: Literal["RollingUpdate"] = Field(default="RollingUpdate", description="RollingUpdate")
    rolling_update: PoolRollingUpdate = Field(
        default=PoolRollingUpdate(), description="a mapping with maxUnavailable and maxSurge"
    )


class PoolRollout(Schema):
    strategy: PoolStrategy = Field(default=PoolStrategy(), description="a mapping with type and rollingUpdate")


class PoolSpec(Schema):
    cluster_name: str = Field(description="the name of a Cluster of the same folder")
    replicas: int = Field(default=1, ge=0, description="a number of workers, 0 or more")
    selector: LabelSelector = Field(default=LabelSelector(), description="a mapping with matchLabels")
    template: PoolTemplate = Field(description="a mapping with spec")
    min_ready_seconds: int | None = Field(default=None, ge=0, description="a number of seconds, 0 or more")


class MachineSetManifest(Manifest):
    spec: PoolSpec = Field(description="a mapping with clusterName, replicas, template and more")


class DeploymentSpec(PoolSpec):
    strategy: PoolStrategy = Field(default=PoolStrategy(), description="a mapping with type and rollingUpdate")
    rollout: PoolRollout = Field(default=PoolRollout(), description="a mapping with strategy")


class MachineDeploymentManifest(Manifest):
    spec: DeploymentSpec = Field(description="a mapping with clusterName, replicas, template and more")


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
