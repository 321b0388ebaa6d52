"""Each file of cases/ has objects in any order, `KIND NAME [HOOK [WEIGHT]]`, and the waves that they come in."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from trailboss.addons import applyset, hooks
from trailboss.addons.objects import AddonObject, GroupKind, Json, Ref, ref_of
from trailboss.addons.order import cycle, in_order
from trailboss.addons.ordering import INSTALL_ORDER, deletion_groups, waves
from trailboss.addons.record import Record, config_map, read_config_map
from trailboss.model.addons import Addon

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
KINDS = st.sampled_from(["Namespace", "CustomResourceDefinition", "Deployment", "Service", "Job", "Cow", "ConfigMap"])
EVENTS = st.sampled_from(["install", "upgrade"])
HOOKS = st.sampled_from(["", "", "pre-install", "post-install,post-upgrade", "pre-upgrade", "test", "pre-delete"])


def an_object(line: str) -> AddonObject:
    kind, name, *hook = line.split()
    keys = (hooks.HOOK, hooks.WEIGHT)
    metadata = {"name": name, "annotations": dict(zip(keys, hook, strict=False))}
    return AddonObject({"apiVersion": "v1", "kind": kind, "metadata": metadata})


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_waves(path: Path) -> None:
    case = yaml.safe_load(path.read_text())
    found = waves([an_object(line) for line in case["objects"]], case.get("event", "install"))
    told = {wave.name: [f"{one.kind} {one.name}" for one in wave.objects] for wave in found}
    assert list(told.items()) == list(case["waves"].items())


@st.composite
def some_objects(draw: st.DrawFn) -> list[AddonObject]:
    found = draw(st.lists(st.tuples(KINDS, HOOKS, st.integers(-9, 9)), max_size=12))
    lines = [f"{kind} x-{number} {hook} {weight}" for number, (kind, hook, weight) in enumerate(found)]
    return [an_object(line) for line in lines]


@given(some_objects(), EVENTS)
def test_every_object_that_is_no_hook_comes_once_and_hooks_in_their_moment_alone(
    objects: list[AddonObject], event: hooks.Event
) -> None:
    came = [one for wave in waves(objects, event) for one in wave.objects]
    main = [one for one in objects if not hooks.is_hook(one)]
    due = [one for one in objects if hooks.runs(one, "pre", event) or hooks.runs(one, "post", event)]
    assert sorted(one.name for one in came) == sorted(one.name for one in (*main, *due))


@given(some_objects(), EVENTS, st.randoms())
def test_the_order_respects_hooks_weights_and_kinds_and_not_how_it_was_written(
    objects: list[AddonObject], event: hooks.Event, random: "st.randoms"
) -> None:  # type: ignore[valid-type]
    found = waves(objects, event)
    names = [wave.name for wave in found if not wave.hook]
    assert names in ([], ["objects"], ["namespaces and definitions"], ["namespaces and definitions", "objects"])
    place = {one.name: number for number, wave in enumerate(found) for one in wave.objects}
    for one in objects:
        for other in objects:
            if one.name not in place or other.name not in place:
                continue
            if hooks.runs(one, "pre", event) and other.kind == "Deployment" and not hooks.is_hook(other):
                assert place[one.name] < place[other.name]
            if hooks.runs(one, "post", event) and not hooks.is_hook(other):
                assert place[one.name] > place[other.name]
            both = all(hooks.runs(each, "pre", event) for each in (one, other))
            if both and hooks.weight(one) < hooks.weight(other):
                assert place[one.name] < place[other.name]
    for wave in found:
        kinds = [INSTALL_ORDER.index(one.kind) for one in wave.objects if one.kind in INSTALL_ORDER]
        assert kinds == sorted(kinds)
    shuffled = list(objects)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert waves(shuffled, event) == found


REFS = st.builds(
    Ref,
    group=st.sampled_from(["", "apps", "example.com"]),
    kind=st.sampled_from(["ConfigMap", "Namespace", "PersistentVolumeClaim", "Deployment", "Cow"]),
    namespace=st.sampled_from(["", "default", "farm"]),
    name=st.sampled_from(["a", "b", "default", "kube-system"]),
)


def a_member(ref: Ref, *, owned: bool = False, keep: bool = False) -> Json:
    version = f"{ref.group}/v1" if ref.group else "v1"
    metadata: Json = {"name": ref.name, "namespace": ref.namespace}
    metadata |= {"ownerReferences": [{"controller": True}]} if owned else {}
    metadata |= {"annotations": {"helm.sh/resource-policy": "keep"}} if keep else {}
    return {"apiVersion": version, "kind": ref.kind, "metadata": metadata}


MEMBERS = st.lists(st.builds(a_member, REFS, owned=st.booleans(), keep=st.booleans()), unique_by=ref_of)
PRUNE = st.sampled_from(["yes", "no", "all"])


@given(MEMBERS, st.sets(REFS), PRUNE)
def test_what_was_applied_is_never_pruned_nor_what_is_not_of_the_set(
    members: list[Json], applied: set[Ref], prune: applyset.Prune
) -> None:
    found = applyset.pruning(members, applied, prune)
    going, kept = set(found.delete), {one.ref for one in found.keep}
    assert not going & applied
    assert not kept & applied
    assert not going & kept
    assert going | kept <= {ref_of(body) for body in members}
    assert prune != "no" or not going
    assert Ref("", "Namespace", "", "kube-system") not in going
    assert prune == "all" or not any(ref.kind == "PersistentVolumeClaim" and not ref.group for ref in going)
    assert all(why for _, why in found.keep)


@given(st.sets(REFS))
def test_deletion_goes_through_all_and_namespaces_come_last(refs: set[Ref]) -> None:
    ordered = [ref for group in deletion_groups(refs) for ref in group]
    assert sorted(ordered) == sorted(refs)
    kinds = [ref.kind for ref in ordered]
    assert kinds == [*(kind for kind in kinds if kind != "Namespace"), *(kind for kind in kinds if kind == "Namespace")]


@given(st.sets(REFS), st.sets(REFS), PRUNE, st.booleans())
def test_a_record_is_read_as_it_was_written(
    members: set[Ref], hooked: set[Ref], prune: applyset.Prune, installed: bool
) -> None:
    contents = applyset.Contents.of(members)
    record = Record(
        addon="a",
        digest="d",
        installed=installed,
        run="r",
        hooks=tuple(sorted(hooked)),
        begun=tuple(sorted(hooked | members)),
        members=tuple(sorted(members)),
        contents=contents.with_(applyset.Contents(namespaces=frozenset({applyset.NAMESPACE}))),
        prune=prune,
        fence=7,
    )
    assert read_config_map(config_map(record)) == record


def test_the_sets_id_is_what_the_kep_says() -> None:
    """KEP-3659: base64 of sha256 of "<name>.<namespace>.<kind>.<group>", URL-safe; computed with openssl."""
    assert applyset.set_id("web") == "applyset-h0zIW2Kv0VbnX3v774OP_xjAaqcQwrxRFFU483qvnUc-v1"
    assert len(applyset.set_id("web")) <= 63


def test_another_tools_apply_set_is_no_addon() -> None:
    body = config_map(Record(addon="a"))
    body["metadata"]["annotations"][applyset.TOOLING_KEY] = "kubectl/v1.34"
    assert read_config_map(body) is None


def test_group_kinds_and_refs_are_written_as_the_kep_has_them() -> None:
    assert [str(GroupKind("", "ConfigMap")), str(GroupKind("apps", "Deployment"))] == ["ConfigMap", "Deployment.apps"]
    assert str(Ref("apps", "Deployment", "default", "web")) == "Deployment.apps default/web"


NAMES = st.sampled_from(["a", "b", "c", "d"])


@given(st.lists(st.tuples(NAMES, st.lists(NAMES, max_size=2)), unique_by=lambda one: one[0]))
def test_addons_come_after_what_they_depend_on_and_else_as_declared(given_: list[tuple[str, list[str]]]) -> None:
    addons = [Addon(name=name, depends_on=tuple(needs)) for name, needs in given_]
    ordered = in_order(addons)
    assert sorted(one.name for one in ordered) == sorted(one.name for one in addons)
    if cycle(addons):
        return
    place = {one.name: number for number, one in enumerate(ordered)}
    assert all(place[need] < place[one.name] for one in addons for need in one.depends_on if need in place)
    if not any(one.depends_on for one in addons):
        assert list(ordered) == addons
