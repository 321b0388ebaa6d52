"""What is written from the models says what the models say: schemas, and the files of them in the repository."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from pydantic import TypeAdapter, ValidationError

from trailboss.cli.published import left_over, published
from trailboss.manifests.objects import KubeObject, objects_of
from trailboss.manifests.published.json_schema import schema_of, schema_of_all
from trailboss.manifests.published.tree import every_kind, field_at, tree_of
from trailboss.manifests.reading.documents import read_file
from trailboss.manifests.schema import addresses, check_names, host, rollout, texts, times
from trailboss.manifests.schema.kinds import Kind
from trailboss.manifests.schema.not_yet import NOT_YET
from trailboss.manifests.shape import read_shape

HERE = Path(__file__).parent
SAMPLES = sorted(
    sample
    for folder in ("cases", "accepted", "good")
    for sample in (HERE / folder).glob("*.yaml")
    if sample.stat().st_size < 20_000  # a large one takes seconds to read, and has no more to see
)
MADE = {
    "address-not-an-address", "bastion-without-user", "drain-timeout-nothing", "image-repository-a-url",
    "label-key-with-space", "pods-two-ranges", "rollout-max-unavailable-share-too-large", "rollout-soak-a-number",
    "version-without-patch", "window-start-too-late",
}  # fmt: skip
"""Samples that break a rule of ours, which the schemas see, too."""
KINDS_OF_TEXT = {
    name: made
    for module in (addresses, check_names, host, texts, times)
    for name, made in vars(module).items()
    if name[0].isupper() and hasattr(made, "__metadata__") and made.__origin__ in (str, times.timedelta)
}


@cache
def published_now() -> dict[Path, str]:
    return published()


def objects(sample: Path) -> list[KubeObject]:
    documents = read_file(sample.name, sample.read_text()).documents
    return [found for document in documents for found in objects_of(document) if isinstance(found, KubeObject)]


@cache
def validator() -> Draft7Validator:
    return Draft7Validator(schema_of_all())


@cache
def text_kind(name: str) -> tuple[TypeAdapter[Any], dict[str, Any]]:
    adapter: TypeAdapter[Any] = TypeAdapter(KINDS_OF_TEXT[name])
    return adapter, adapter.json_schema()


def faults(item: KubeObject) -> set[str]:
    try:
        item.kind.shape.model_validate(item.value)
    except ValidationError as error:
        # The bounds of durations are none that a schema has words for.
        return {each["type"] for each in error.errors() if isinstance(each.get("ctx", {}).get("le", 0), int)}
    return set()


def test_what_is_published_is_what_the_models_say() -> None:
    old = [path.name for path, text in published_now().items() if not path.exists() or path.read_text() != text]
    assert old == [], "written anew by: python -m trailboss.cli.published"


def test_nothing_of_kinds_that_are_gone_is_left() -> None:
    assert not list(left_over(published_now()))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.parent.name}-{sample.stem}")
def test_a_schema_judges_as_the_models_do(sample: Path) -> None:
    """It refuses nothing that is read whole, and sees unknown fields, wrong types, missing fields and bounds."""
    for item in objects(sample):
        shape, problems = read_shape(item)
        known = item.value["apiVersion"].rpartition("/")[2] in item.kind.versions
        if known and shape.whole:
            assert [error.message for error in validator().iter_errors(item.value)] == []
        if problems and faults(item) - {"refused"}:
            assert not validator().is_valid(item.value)


@pytest.mark.parametrize("name", sorted(MADE))
def test_a_schema_sees_rules_of_ours(name: str) -> None:
    assert not all(validator().is_valid(item.value) for item in objects(HERE / f"cases/{name}.yaml"))


@pytest.mark.parametrize("name", sorted(KINDS_OF_TEXT))
@settings(deadline=None)
@given(data=st.data())
def test_no_text_that_is_allowed_fails_its_pattern(name: str, data: st.DataObject) -> None:
    adapter, schema = text_kind(name)
    likely = st.from_regex(schema["pattern"], fullmatch=True) if "pattern" in schema else st.nothing()
    pieces = st.lists(st.sampled_from([*"aZ09.-_:/@~ ", "10.0.0.1", "1.34.4", "30s", "ssh-rsa", "AAAA"]), max_size=8)
    text = data.draw(likely | pieces.map("".join))
    try:
        adapter.validate_python(text)
    except ValidationError:
        return
    assert Draft7Validator({"type": "string", **schema}).is_valid(text)


@pytest.mark.parametrize("share", [1, 7, "1%", "100%", 0, "0%", "101%", "5", True, 1.5])
def test_a_share_of_workers_is_seen_whole(share: object) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(rollout.RolloutSettings)
    try:
        adapter.validate_python({"maxUnavailable": share})
        taken = True
    except ValidationError:
        taken = False
    assert Draft7Validator(adapter.json_schema()).is_valid({"maxUnavailable": share}) is taken


@pytest.mark.parametrize(("kind", "version"), [(kind, version) for kind in every_kind() for version in kind.versions])
def test_each_schema_is_one_and_takes_its_own_version_alone(kind: Kind, version: str) -> None:
    schema = schema_of(kind, version)
    Draft7Validator.check_schema(schema)
    wrong = {"apiVersion": f"{kind.group}/v9", "kind": kind.name, "metadata": {"name": "x"}}
    complaints = [error.message for error in Draft7Validator(schema).iter_errors(wrong)]
    assert any("v9" in complaint for complaint in complaints)


@pytest.mark.parametrize("kind", every_kind(), ids=lambda kind: kind.label)
def test_fields_that_cannot_be_honoured_are_seen_unless_empty(kind: Kind) -> None:
    for field in NOT_YET[kind.label]:
        for value, taken in (("something", False), (None, True), ([], True), (False, True), ({}, True)):
            holder: dict[str, Any] = {"apiVersion": f"{kind.group}/{kind.versions[0]}", "kind": kind.name}
            inner = holder
            *way, last = field.split(".")
            for number, part in enumerate(way, start=1):
                below: dict[str, Any] = {}
                known = field_at(tree_of(kind), ".".join(way[:number])) or {}
                inner[part] = inner.get(part) or ([below] if known["type"] == "array" else below)
                inner = below
            inner[last] = value
            complaints = [error for error in validator().iter_errors(holder) if last in error.absolute_path]
            assert bool(complaints) is not taken, (field, value)


def test_a_list_of_objects_and_a_kind_of_another_group() -> None:
    machine = {"apiVersion": "trailboss.dev/v1alpha1", "kind": "SSHMachine", "metadata": {"name": "x"}}
    good = {**machine, "spec": {"role": "worker", "address": "10.0.0.1"}}
    assert validator().is_valid({"apiVersion": "v1", "kind": "List", "items": [good]})
    assert not validator().is_valid({"apiVersion": "v1", "kind": "List", "items": [good, machine]})
    assert not validator().is_valid({**good, "apiVersion": "cluster.x-k8s.io/v1beta1"})
    assert not validator().is_valid({"shopping": ["milk"]})
    assert not validator().is_valid({**good, "kind": "SSHMachin"})


def test_other_forms_and_objects_of_other_apis_pass() -> None:
    spec = {"private": {"address": "10.0.0.1"}}
    machine = {"apiVersion": "cluster.weave.works/v1alpha3", "kind": "BareMetalMachine", "metadata": {"name": "x"}}
    assert validator().is_valid({**machine, "spec": spec})
    assert not validator().is_valid({**machine, "spec": {"private": {"adress": "10.0.0.1"}}})
    assert validator().is_valid({"apiVersion": "cluster.k8s.io/v1alpha1", "kind": "MachineList", "items": [{}]})
    assert validator().is_valid({"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "b"}})
