"""MachineDeployment and MachineSet, v1alpha3 to v1beta2.

Source: kubernetes-sigs/cluster-api, api/core. Where the versions put a field in different places, each place is taken.
Fields that exist there and cannot be honoured here stand in `not_yet_pools.py`.
"""

from typing import Annotated, Literal

from pydantic import Field, PlainValidator

from trailboss.manifests.schema.base import Manifest, Schema
from trailboss.manifests.schema.cluster_api import Reference
from trailboss.manifests.schema.host_templates import HOST_TEMPLATE_REFERENCE
from trailboss.manifests.schema.kubeadm_config import TemplateMetadata
from trailboss.manifests.schema.rollout import MAX_UNAVAILABLE, read_max_unavailable
from trailboss.manifests.schema.selectors import LabelSelector
from trailboss.manifests.schema.surge import NO_SURGE, NoSurge
from trailboss.manifests.schema.texts import Version
from trailboss.model.rollout import MaxUnavailable


class PoolBootstrap(Schema):
    config_ref: Reference | None = Field(
        default=None, description="a mapping with apiVersion, kind and name of the KubeadmConfigTemplate"
    )


class PoolMachineSpec(Schema):
    cluster_name: str = Field(description="the name of a Cluster of the same folder")
    bootstrap: PoolBootstrap = Field(default=PoolBootstrap(), description="a mapping with configRef, or {}")
    infrastructure_ref: Reference = Field(description=HOST_TEMPLATE_REFERENCE)
    version: Version | None = Field(default=None, description="the cluster's version, or nothing")
    min_ready_seconds: int | None = Field(default=None, ge=0, description="a number of seconds, 0 or more")


class PoolTemplate(Schema):
    metadata: TemplateMetadata = Field(default=TemplateMetadata(), description="a mapping with labels and annotations")
    spec: PoolMachineSpec = Field(description="a mapping with clusterName, infrastructureRef and more")


class PoolRollingUpdate(Schema):
    max_unavailable: (
        Annotated[MaxUnavailable, PlainValidator(read_max_unavailable, json_schema_input_type=int | str)] | None
    ) = Field(default=None, description=MAX_UNAVAILABLE)
    max_surge: NoSurge = Field(default=0, description=NO_SURGE)


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
