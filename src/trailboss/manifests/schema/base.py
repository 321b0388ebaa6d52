from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from trailboss.manifests.schema.texts import NoStatus


class Schema(BaseModel):
    """One mapping of a manifest. Unknown fields are problems; null stands for a field that is not there."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, hide_input_in_errors=True, alias_generator=to_camel
    )
    keeps_null: ClassVar[bool] = False

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, data: Any) -> Any:  # noqa: ANN401 - whatever the manifest holds; pydantic judges it next
        if cls.keeps_null or not isinstance(data, dict):
            return data
        known = {field.alias for field in cls.model_fields.values()}
        return {key: value for key, value in data.items() if value is not None or key not in known}


class Metadata(Schema):
    """`namespace`, `annotations` and most labels describe an object in a management cluster, and mean nothing here."""

    name: str = Field(description="a name")
    namespace: str = Field(default="", description="a text")
    labels: dict[str, str] = Field(default={}, description="a mapping of texts")
    annotations: dict[str, str] = Field(default={}, description="a mapping of texts")
    # kubebuilder's exporters write `creationTimestamp: null`.
    creation_timestamp: None = Field(default=None, description="nothing; an API server fills it in")


class Manifest(Schema):
    api_version: str = Field(description="a group and version")
    kind: str = Field(description="a kind")
    metadata: Metadata = Field(description="a mapping with name")
    status: NoStatus = Field(default={}, description="nothing: a status is observed, never asked for; take it out")
