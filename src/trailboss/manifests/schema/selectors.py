"""Selectors of labels, as Kubernetes has them, and what they pick."""

from typing import Literal, Self

from pydantic import Field, model_validator

from trailboss.manifests.schema.base import Schema
from trailboss.manifests.schema.texts import LabelKey, LabelValue, refuse


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
