"""Every field in the table of what cannot be honoured is refused with its remedy, and let through where it is empty."""

import pytest

from trailboss.manifests.objects import KubeObject
from trailboss.manifests.reading.place import Location, Place, field_text
from trailboss.manifests.schema.fields import shape_at
from trailboss.manifests.schema.kinds import KINDS, OLD_KINDS
from trailboss.manifests.schema.not_yet import NOT_YET
from trailboss.manifests.shape import read_shape
from trailboss.model.problem import Problem

ALL = {kind.label: kind for kind in (*KINDS.values(), *OLD_KINDS.values())}
EMPTY: list[object] = [None, "", [], {}, 0, False]
each_kind = pytest.mark.parametrize("kind", NOT_YET)
"""One test for all fields of a kind: there are hundreds, and what is wrong is told by its field."""


def way(kind: str, field: str) -> Location:
    """Return the field's location, with 0 in each list on the way."""
    location: Location = ()
    for part in field.split("."):
        location = (*location, part)
        if shape_at(ALL[kind].shape, location) is None and shape_at(ALL[kind].shape, (*location, 0)):
            location = (*location, 0)
    return location


def read(kind: str, field: str, value: object) -> list[Problem]:
    location = way(kind, field)
    nested = value
    for part in reversed(location[1:]):
        nested = [nested] if part == 0 else {part: nested}
    holder = {"spec": {}, "metadata": {"name": "x"}, location[0]: nested}
    if location[0] == "metadata":
        holder["metadata"] = {"name": "x", **nested}  # type: ignore[dict-item]
    _, problems = read_shape(KubeObject(ALL[kind], Place("x.yaml", 1), (), holder))
    return [problem for problem in problems if problem.field == field_text(location)]


@each_kind
def test_they_are_refused_with_what_to_write_instead(kind: str) -> None:
    told = {field: [problem.message for problem in read(kind, field, "something")] for field in NOT_YET[kind]}
    assert told == {field: [remedy] for field, remedy in NOT_YET[kind].items()}


@each_kind
def test_empty_values_ask_for_nothing(kind: str) -> None:
    assert [(field, empty) for field in NOT_YET[kind] for empty in EMPTY if read(kind, field, empty)] == []


@each_kind
def test_no_shape_takes_the_fields_as_well(kind: str) -> None:
    assert [field for field in NOT_YET[kind] if _has_a_shape(kind, field)] == []


def _has_a_shape(kind: str, field: str) -> bool:
    *parent, name = way(kind, field)
    shape = shape_at(ALL[kind].shape, tuple(parent))
    assert shape is not None, field
    return name in {taken.alias for taken in shape.model_fields.values()}
