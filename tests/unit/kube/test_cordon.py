import pytest
from tests.unit.kube.fake_api import FakeApi
from tests.unit.kube.objects import Json, node

from trailboss.kube import ClusterApi, cordon, nodes
from trailboss.model.errors import ApiUnavailable

MINE, EARLIER, ANOTHER = "change abc", "change 123", "cluster-autoscaler"


def held(by: str | None, *, unschedulable: bool = True) -> Json:
    return node("w-1", unschedulable=unschedulable, annotations={nodes.CORDONED_BY: by} if by else {})


def state(fake: FakeApi) -> tuple[bool, str]:
    found = fake.nodes["w-1"]
    return found["spec"].get("unschedulable", False), found["metadata"]["annotations"].get(nodes.CORDONED_BY, "")


@pytest.mark.parametrize(
    ("before", "answer", "after"),
    [
        (held(None, unschedulable=False), "cordoned", (True, MINE)),
        (held(MINE, unschedulable=False), "cordoned", (True, MINE)),
        (held(MINE), "cordoned already", (True, MINE)),
        (held(EARLIER), "cordoned already", (True, MINE)),
        (held(None), "cordoned by another", (True, "")),
        (held(ANOTHER), "cordoned by another", (True, ANOTHER)),
    ],
)
def test_cordon(fake: FakeApi, api: ClusterApi, before: Json, answer: str, after: tuple[bool, str]) -> None:
    fake.nodes["w-1"] = before
    assert cordon.cordon(api, "w-1", MINE) == answer
    assert state(fake) == after


@pytest.mark.parametrize(
    ("before", "answer", "after"),
    [
        (held(MINE), "uncordoned", (False, "")),
        (held(EARLIER), "uncordoned", (False, "")),
        (held(MINE, unschedulable=False), "uncordoned", (False, "")),
        (held(None), "not ours", (True, "")),
        (held(ANOTHER), "not ours", (True, ANOTHER)),
        (held(None, unschedulable=False), "not ours", (False, "")),
    ],
)
def test_uncordon(fake: FakeApi, api: ClusterApi, before: Json, answer: str, after: tuple[bool, str]) -> None:
    fake.nodes["w-1"] = before
    assert cordon.uncordon(api, "w-1") == answer
    assert state(fake) == after


def test_both_are_done_once(fake: FakeApi, api: ClusterApi) -> None:
    fake.nodes["w-1"] = held(None, unschedulable=False)
    answers = [cordon.cordon(api, "w-1", MINE), cordon.cordon(api, "w-1", MINE)]
    answers += [cordon.uncordon(api, "w-1"), cordon.uncordon(api, "w-1")]
    assert answers == ["cordoned", "cordoned already", "uncordoned", "not ours"]
    assert sum(asked.startswith("PATCH") for asked in fake.asked) == 2


def test_a_node_that_is_not_there_is_told(api: ClusterApi) -> None:
    assert cordon.cordon(api, "w-9", MINE) == cordon.uncordon(api, "w-9") == "no node"


def test_a_cordon_that_another_sets_meanwhile_is_not_taken_over(fake: FakeApi, api: ClusterApi) -> None:
    fake.nodes["w-1"] = held(None, unschedulable=False)
    fake.before_patch = lambda: fake.nodes["w-1"].update(held(ANOTHER), metadata=_newer(held(ANOTHER)))
    assert cordon.cordon(api, "w-1", MINE) == "cordoned by another"
    assert state(fake) == (True, ANOTHER)


def test_a_node_that_never_holds_still_is_tried_again_later(fake: FakeApi, api: ClusterApi) -> None:
    fake.nodes["w-1"] = held(None, unschedulable=False)
    fake.before_patch = lambda: fake.nodes["w-1"].update(metadata=_newer(fake.nodes["w-1"]))
    with pytest.raises(ApiUnavailable, match="changed by others"):
        cordon.cordon(api, "w-1", MINE)


def _newer(found: Json) -> Json:
    metadata: Json = found["metadata"]
    return {**metadata, "resourceVersion": str(int(metadata["resourceVersion"]) + 1)}
