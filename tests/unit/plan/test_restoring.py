"""What a restore would do, decided from what the store holds and from what was seen of the control planes."""

from typing import Any

import pytest
from tests.unit.plan import world
from tests.unit.steps.fake_host import bare

from trailboss.facts import MachineFacts
from trailboss.model.snapshots import RestorePlan, StoredSnapshot
from trailboss.plan.restoring import Wanted, plan_restore

OLD = StoredSnapshot(name="20251124T000000Z-v1.34.4", where="x", kubernetes_version="1.34.4")
NEW = StoredSnapshot(name="20251125T000000Z-v1.34.4", where="x", kubernetes_version="1.34.4")
CUT_OFF = StoredSnapshot(name="20251126T000000Z-v1.34.4", where="x", missing="it has no record")


def plan(
    *stored: StoredSnapshot,
    looks: dict[str, Any] | None = None,
    former: tuple[str, ...] = (),
    **given: Any,  # noqa: ANN401 - fields of any type
) -> RestorePlan:
    """`looks`: machine name to fields of its facts, or why it has none; `given`: of Wanted, and of the cluster."""
    wanted = Wanted(**{name: given.pop(name) for name in ("snapshot", "control_plane") if name in given})
    answers = given.pop("api_answers", False)
    cluster = world.cluster(**given)
    gone = tuple(world.machine(name) for name in former)
    seen: dict[str, MachineFacts | str] = {}
    for machine in (*cluster.control_planes, *gone):
        look = (looks or {}).get(machine.name, {"owner": "demo", "member": "join"})
        seen[machine.name] = look if isinstance(look, str) else bare(machine, **look)
    return plan_restore(cluster, gone, seen, stored or (OLD, NEW), wanted, api_answers=answers)


def test_the_newest_whole_snapshot_comes_back_on_the_first_control_plane() -> None:
    made = plan(OLD, NEW, CUT_OFF)
    assert made.refusals == ()
    assert made.snapshot == NEW
    assert made.target
    assert made.target.machine == "cp-1"
    assert [step.name for step in made.target.steps] == [
        "host-reset",
        *("files", "packages", "kernel", "swap", "containerd", "binaries", "kubelet-service", "images"),
        "etcd-restore",
        "forget-nodes",
    ]
    assert [(one.machine, [step.name for step in one.steps]) for one in made.resets] == [
        ("cp-2", ["host-reset"]),
        ("cp-3", ["host-reset"]),
    ]


def test_the_operator_chooses_both() -> None:
    made = plan(snapshot=OLD.name, control_plane="cp-2")
    assert (made.snapshot, made.refusals) == (OLD, ())
    assert made.target
    assert made.target.machine == "cp-2"
    assert [one.machine for one in made.resets] == ["cp-1", "cp-3"]


def test_control_planes_that_do_not_answer_are_lost_and_the_next_one_gets_the_data() -> None:
    made = plan(looks={"cp-1": "no route to host", "cp-3": "no route to host"})
    assert made.target
    assert (made.target.machine, made.resets) == ("cp-2", ())
    assert made.lost == {"cp-1": "no route to host", "cp-3": "no route to host"}
    assert [note.partition(" ")[0] for note in made.notes[:2]] == ["cp-1", "cp-3"]
    assert "keep it off" in made.notes[0]


def test_a_control_plane_that_the_manifests_have_no_more_is_reset_too() -> None:
    assert [one.machine for one in plan(former=("cp-9", "w-9")).resets] == ["cp-2", "cp-3", "cp-9"]


def test_hosts_that_are_bare_are_reset_all_the_same() -> None:
    made = plan(looks={"cp-1": {}, "cp-2": {}, "cp-3": {}})
    assert made.refusals == ()
    assert len(made.resets) == 2


OTHERS = {"present": frozenset({"/etc/kubernetes/admin.conf"})}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"looks": dict.fromkeys(("cp-1", "cp-2", "cp-3"), "no route to host")}, "no control plane answers"),
        ({"control_plane": "cp-1", "looks": {"cp-1": "no route"}}, "no control plane answers"),
        ({"control_plane": "w-1"}, "the manifests have no control plane w-1; they have cp-1, cp-2, cp-3"),
        ({"snapshot": "nope"}, f"the store has no snapshot nope; it has {OLD.name}, {NEW.name}"),
        ({"looks": {"cp-1": {"owner": "other"}}}, "host cp-1 belongs to cluster other"),
        ({"looks": {"cp-2": OTHERS}}, "host cp-2 carries Kubernetes that Trailboss did not put there"),
    ],
)
def test_what_cannot_end_well_is_refused(given: dict[str, Any], words: str) -> None:
    (refusal,) = plan(**given).refusals
    assert refusal.startswith(words)


@pytest.mark.parametrize(
    ("snapshot", "words"),
    [
        (CUT_OFF, "it has no record"),
        (NEW.model_copy(update={"kubernetes_version": "1.30.1"}), "outside of the supported range"),
        (NEW.model_copy(update={"kubernetes_version": ""}), "it is not known which Kubernetes it is of"),
    ],
)
def test_a_snapshot_that_cannot_be_restored_is_refused(snapshot: StoredSnapshot, words: str) -> None:
    (refusal,) = plan(snapshot, snapshot=snapshot.name).refusals
    assert words in refusal


def test_without_any_snapshot_nothing_is_restored() -> None:
    assert plan(CUT_OFF).refusals == ("the store has no whole snapshot",)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"api_answers": True}, "the cluster's API answers"),
        ({"control_plane": "cp-2"}, "clients reach the API at 10.0.0.1:6443, which is not cp-2"),
        ({"version": "1.35.3"}, "the change that follows leads to 1.35.3"),
        ({"version": "1.33.9"}, "is refused until they name 1.34.4"),
    ],
)
def test_what_has_to_be_known_is_told(given: dict[str, Any], words: str) -> None:
    made = plan(**given)
    assert made.refusals == ()
    (note,) = made.notes
    assert words in note


def test_behind_a_load_balancer_any_control_plane_will_do() -> None:
    assert plan(control_plane="cp-3", endpoint={"host": "10.0.0.100"}).notes == ()
