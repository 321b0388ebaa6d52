"""Flags of a component: a mapping up to Cluster API's v1beta1, a list of names and values since v1beta2."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, TypeAdapter

from trailboss.manifests.schema.base import Schema
from trailboss.manifests.schema.texts import Argument, KubeletValue, refuse

FLAGS = 'a mapping of flags without dashes to texts, such as {v: "2"}, or a list of mappings with name and value'


class Flag(Schema):
    name: Argument = Field(description="a flag's name without leading dashes")
    value: str = Field(default="", description="a text")


_LIST: TypeAdapter[list[Flag]] = TypeAdapter(list[Flag])


def _as_mapping(value: Any) -> Any:  # noqa: ANN401 - whatever the manifest holds; pydantic judges it next
    if not isinstance(value, list):
        return value
    # Errors that this raises keep their place in the list.
    flags = _LIST.validate_python(value)
    names = [flag.name for flag in flags]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise refuse(f"an argument that is given twice: {', '.join(twice)}", "each argument once")
    return {flag.name: flag.value for flag in flags}


_WRITTEN = dict[str, str] | list[Flag]

Flags = Annotated[dict[Argument, str], BeforeValidator(_as_mapping, json_schema_input_type=_WRITTEN)]
KubeletFlags = Annotated[dict[Argument, KubeletValue], BeforeValidator(_as_mapping, json_schema_input_type=_WRITTEN)]
