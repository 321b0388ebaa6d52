"""Object → its shape: pydantic's errors become problems in words, with line, field, found and allowed."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from trailboss.manifests.objects import KubeObject
from trailboss.manifests.reading.place import Location
from trailboss.manifests.reading.words import show
from trailboss.manifests.schema.fields import description_at, shape_at
from trailboss.manifests.schema.not_yet import NOT_YET
from trailboss.manifests.suggest import did_you_mean
from trailboss.model.problem import Problem

_WORDS = {
    "string_type": "must be a text",
    "string_too_short": "must not be empty",
    "int_type": "must be a number",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping",
    "model_attributes_type": "must be a mapping",
    "list_type": "must be a list",
    "none_required": "must not be given",
    "literal_error": "not one of the values allowed",
    "greater_than_equal": "out of range",
    "less_than_equal": "out of range",
    "missing": "a required field is missing",
}


def read_shape(item: KubeObject) -> tuple[KubeObject, tuple[Problem, ...]]:
    """Read `item` by its kind's shape.

    With errors, whatever is left without the faulty fields is read, so that checks across objects still see it.
    """
    errors = _errors(item, item.value)
    problems = tuple(_problem(item, detail) for detail in errors if not _empty_and_not_yet(item, detail))
    rest = item.value
    while errors:
        rest, before = _pruned(rest, [_location(detail) for detail in errors]), rest
        if rest == before:
            return replace(item, whole=False), problems
        errors = _errors(item, rest)
    return replace(item, shape=item.kind.shape.model_validate(rest), whole=not problems), problems


def _errors(item: KubeObject, value: dict[str, Any]) -> list[ErrorDetails]:
    try:
        item.kind.shape.model_validate(value)
    except ValidationError as error:
        return error.errors()
    return []


def _location(detail: ErrorDetails) -> Location:
    # An error in a mapping's key carries a last part "[key]", which is no field.
    return tuple(part for part in detail["loc"] if part != "[key]")


def _empty_and_not_yet(item: KubeObject, detail: ErrorDetails) -> bool:
    return not detail["input"] and detail["type"] == "extra_forbidden" and _remedy(item, _location(detail)) != ""


def _remedy(item: KubeObject, location: Location) -> str:
    dotted = ".".join(part for part in location if isinstance(part, str))
    return NOT_YET[item.kind.label].get(dotted, "")


def _problem(item: KubeObject, detail: ErrorDetails) -> Problem:
    location = _location(detail)
    if detail["type"] == "extra_forbidden":
        return _unknown(item, detail, location)
    message = _WORDS.get(detail["type"], detail["msg"])
    found = "" if detail["type"] == "missing" else show(detail["input"], location)
    return item.problem(location, message + _quote_hint(detail), found=found, allowed=_allowed(item, detail, location))


def _quote_hint(detail: ErrorDetails) -> str:
    plain = detail["type"] == "string_type" and isinstance(detail["input"], bool | int | float)
    return "; put it in quotes" if plain else ""


def _allowed(item: KubeObject, detail: ErrorDetails, location: Location) -> str:
    from_check = detail.get("ctx", {}).get("allowed", "")
    return str(from_check) or description_at(item.kind.shape, location)


def _unknown(item: KubeObject, detail: ErrorDetails, location: Location) -> Problem:
    remedy = _remedy(item, location)
    if remedy:
        return item.problem(location, remedy, found=show(detail["input"], location))
    known = _names(shape_at(item.kind.shape, location[:-1]))
    hint = did_you_mean(str(location[-1]), known)
    found = show(detail["input"], location)
    return item.problem(location, f"an unknown field{hint}", found=found, allowed=", ".join(known) or "no fields")


def _names(shape: type[BaseModel] | None) -> list[str]:
    return [field.alias or name for name, field in shape.model_fields.items()] if shape else []


def _pruned(value: dict[str, Any], faulty: list[Location]) -> dict[str, Any]:
    """Return a copy of `value` without the faulty fields; of a list, the entries at fault go."""
    result = deepcopy(value)
    # From the back, so that positions in lists stay right.
    for location in sorted(set(faulty), key=_order, reverse=True):
        _remove(result, location)
    return result


def _order(location: Location) -> tuple[tuple[int, str], ...]:
    return tuple((part, "") if isinstance(part, int) else (-1, part) for part in location)


def _remove(value: Any, location: Location) -> None:  # noqa: ANN401 - any YAML
    *way, last = location
    holder = value
    for part in way:
        holder = _child(holder, part)
    lacking = isinstance(holder, dict) and holder.get(str(last)) is None
    if lacking and len(way) > 1:
        # A missing field cannot be taken out: what lacks it goes, unless that is the object's metadata or spec.
        _remove(value, tuple(way))
    elif isinstance(holder, list) and isinstance(last, int) and last < len(holder):
        del holder[last]
    elif isinstance(holder, dict):
        holder.pop(str(last), None)


def _child(holder: Any, part: str | int) -> Any:  # noqa: ANN401 - any YAML
    if isinstance(holder, list) and isinstance(part, int):
        return holder[part] if part < len(holder) else None
    return holder.get(part) if isinstance(holder, dict) else None
