"""Finds a field's shape and description by its location in a manifest."""

from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from trailboss.manifests.reading.place import Location


def shape_at(shape: type[BaseModel], location: Location) -> type[BaseModel] | None:
    """Return the shape of the mapping at `location`, None where it has none (free-form, or not a mapping)."""
    found = _type_at(shape, location)
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None


def description_at(shape: type[BaseModel], location: Location) -> str:
    """Return what is allowed at `location`: the description of the nearest field around it that has one."""
    for end in range(len(location), 0, -1):
        parent = shape_at(shape, location[: end - 1])
        for field in parent.model_fields.values() if parent else ():
            if field.alias == location[end - 1]:
                return field.description or ""
    return ""


def _type_at(current: Any, location: Location) -> Any:  # noqa: ANN401 - annotations
    for part in location:
        current = _inside(_plain(current), part)
    return _plain(current)


def _inside(current: Any, part: str | int) -> Any:  # noqa: ANN401 - annotations
    if isinstance(current, type) and issubclass(current, BaseModel):
        return next((field.annotation for field in current.model_fields.values() if field.alias == part), None)
    if get_origin(current) in (list, dict):
        return get_args(current)[-1]
    return None


def _plain(annotation: Any) -> Any:  # noqa: ANN401 - annotations
    """Take away `Annotated` and `| None`."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _plain(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return _plain(next(arg for arg in get_args(annotation) if arg is not type(None)))
    return annotation
