import pytest
from tests.unit.kube.fake_api import FakeApi
from tests.unit.kube.objects import Json, failure

from trailboss.addons.objects import AddonObject, GroupKind, Ref
from trailboss.kube import ClusterApi, objects
from trailboss.kube.mapping import Mapper
from trailboss.model.errors import ApiUnavailable, StepFailed


def config_map(name: str, **more: object) -> AddonObject:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "default"}}
    return AddonObject({**body, "data": {"a": "1"}, **more})


def ref(name: str, kind: str = "ConfigMap") -> Ref:
    return Ref("", kind, "default", name)


def test_an_object_is_applied_as_ours_and_not_by_force(fake: FakeApi, api: ClusterApi) -> None:
    assert objects.apply(api, Mapper(api), config_map("x")) == "created"
    assert objects.apply(api, Mapper(api), config_map("x")) == "applied"
    sent = [asked for asked in fake.asked if asked.startswith("PATCH")]
    assert sent == ["PATCH /api/v1/namespaces/default/configmaps/x?fieldManager=trailboss&force=false"] * 2


def test_a_conflict_names_each_field_and_whose_it_is(fake: FakeApi, api: ClusterApi) -> None:
    fake.objects.managed = {("x", ".data.a"): ("kubectl-edit", "2"), ("x", ".data.b"): ("helm", "2")}
    with pytest.raises(StepFailed) as caught:
        objects.apply(api, Mapper(api), config_map("x", data={"a": "1", "b": "1"}))
    told = str(caught.value)
    assert ".data.a (managed by kubectl-edit), .data.b (managed by helm)" in told
    assert "forceConflicts" in told
    assert objects.apply(api, Mapper(api), config_map("x"), force=True) == "created"


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        ((422, failure(422, "Invalid", 'ConfigMap "x" is invalid: data: too long')), StepFailed, "data: too long"),
        (
            (403, failure(403, "Forbidden", "no", {"causes": [{"reason": "NamespaceTerminating"}]})),
            ApiUnavailable,
            "no",
        ),
        ((500, failure(500, "InternalError", "failed calling webhook w")), ApiUnavailable, "failed calling webhook"),
        ((429, "slow down"), ApiUnavailable, "429"),
    ],
)
def test_what_may_pass_by_itself_is_told_from_what_does_not(
    fake: FakeApi, api: ClusterApi, answer: tuple[int, Json | str], error: type[Exception], words: str
) -> None:
    fake.objects.refuses["x"] = answer
    with pytest.raises(error, match=words):
        objects.apply(api, Mapper(api), config_map("x"))


def test_of_a_secret_nothing_is_repeated(fake: FakeApi, api: ClusterApi) -> None:
    causes = {"causes": [{"field": "data[key]", "message": 'Invalid value: "hunter2"'}]}
    fake.objects.refuses["x"] = (422, failure(422, "Invalid", 'Secret "x" is invalid: "hunter2"', causes))
    secret = AddonObject({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x", "namespace": "default"}})
    with pytest.raises(StepFailed) as caught:
        objects.apply(api, Mapper(api), secret)
    assert "data[key]" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_kind_that_is_not_there_is_told_and_asked_for_again(api: ClusterApi) -> None:
    mapper = Mapper(api)
    assert mapper.find("example.com/v1", "Cow") is None
    spec = {"group": "example.com", "scope": "Namespaced", "names": {"kind": "Cow", "plural": "cows"}}
    metadata = {"name": "cows.example.com"}
    crd = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": metadata,
        "spec": spec,
    }
    objects.apply(api, mapper, AddonObject(crd))
    found = mapper.find("example.com/v1", "Cow")
    assert found is not None
    assert found.path("default", "berta") == "/apis/example.com/v1/namespaces/default/cows/berta"
    assert mapper.of_kind(GroupKind("example.com", "Cow")) == found


def test_only_the_object_that_was_seen_is_deleted(fake: FakeApi, api: ClusterApi) -> None:
    fake.objects.put(config_map("x").body)
    assert not objects.delete(api, Mapper(api), ref("x"), uid="another")
    assert objects.read(api, Mapper(api), ref("x")) is not None
    assert objects.delete(api, Mapper(api), ref("x"))
    assert not objects.delete(api, Mapper(api), ref("x"))
    assert objects.read(api, Mapper(api), ref("x")) is None
