import io

import pytest
from rich.console import Console, RenderableType

from trailboss.cli.live import new_lines, settled
from trailboss.cli.reading import ClusterView
from trailboss.cli.status_view import machines_done, overview
from trailboss.model.addons import AddonProgress
from trailboss.model.messages import PollResult, RepositoryStatus
from trailboss.model.progress import (
    AuditEntry,
    ChangeProgress,
    ChangeReport,
    ChangeResult,
    ClusterStatus,
    HeldMachine,
    OperationProgress,
)
from trailboss.model.revision import RejectedRevision, Repository, Revision

REPOSITORY = Repository(name="home", url="/srv/home.git")


def revision(commit: str = "a" * 40, subject: str = "Add a worker") -> Revision:
    return Revision(repository=REPOSITORY, commit=commit, path="clusters/demo", digest="d", subject=subject)


def operation(machine: str, state: str, **more: object) -> OperationProgress:
    return OperationProgress.model_validate(
        {"machine": machine, "role": "worker", "operation": "join", "state": state, "steps_total": 4, **more}
    )


CHANGING = ClusterStatus(
    name="demo",
    phase="Changing",
    desired=revision(),
    message="carrying out aaaaaaaaaaaa",
    change=ChangeProgress(
        revision=revision(),
        workflow_id="cluster/demo/change/aaaaaaaaaaaa",
        stage="workers",
        operations=(
            operation("w1", "done", steps_done=4),
            operation("w2", "running", steps_done=1, step="kubeadm-join"),
            operation("w3", "failed", problem="w3: no route to host"),
            operation("w4", "waiting"),
        ),
    ),
)


def text(renderable: RenderableType, width: int = 110) -> str:
    out = io.StringIO()
    Console(file=out, width=width, color_system=None).print(renderable)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def test_a_change_under_way_shows_every_machine() -> None:
    full, quarter, empty = "━" * 20, "━" * 5 + " " * 15, " " * 20
    assert text(overview([ClusterView(status=CHANGING)], [])) == (
        "CLUSTER  PHASE     VERSION  REVISION                   MACHINES  MESSAGE\n"
        "demo     Changing  -        aaaaaaaaaaaa Add a worker  1/4       carrying out aaaaaaaaaaaa\n"
        "\n"
        "demo: workers\n"
        f"  ✓  join  w1  {full}  4/4\n"
        f"  ▶  join  w2  {quarter}  1/4  kubeadm-join\n"
        f"  ✗  join  w3  {empty}  0/4  w3: no route to host\n"
        f"  ·  join  w4  {empty}  0/4"
    )


def test_what_was_not_taken_is_told_with_its_reason() -> None:
    rejected = RejectedRevision(revision=revision("b" * 40), reasons=("clusters/demo/c.yaml:3: no such role",))
    ready = ClusterStatus(name="demo", phase="Ready", kubernetes_version="1.34.4", rejected=rejected)
    shown = text(overview([ClusterView(status=ready)], []))
    assert "Ready" in shown
    assert "1.34.4" in shown
    assert "bbbbbbbbbbbb was not taken" in shown
    assert "no such role" in shown


def test_drift_is_shown_with_the_way_on_while_the_cluster_is_ready() -> None:
    drifted = ClusterStatus(name="demo", phase="Ready", drift=("prepare w1: containerd is missing",))
    shown = text(overview([ClusterView(status=drifted)], []))
    assert "demo: not as Git says any more; `trailboss retry demo` puts it right\n  prepare w1: containerd" in shown
    changing = drifted.model_copy(update={"phase": "Changing"})
    assert "containerd" not in text(overview([ClusterView(status=changing)], []))


def test_without_a_worker_search_attributes_are_shown_and_that_is_said() -> None:
    view = ClusterView(status=ClusterStatus(name="demo"), answered=False, phase="Changing", revision="abc")
    shown = text(overview([view], []))
    assert "Changing" in shown
    assert "abc" in shown
    assert "no worker answers" in shown


def test_repositories_with_problems_are_named() -> None:
    broken = RepositoryStatus(repository=REPOSITORY, last=PollResult(problem="the branch main is gone"))
    fine = RepositoryStatus(repository=REPOSITORY.model_copy(update={"name": "fine"}), last=PollResult())
    shown = text(overview([], [broken, fine]))
    assert "repository home: the branch main is gone" in shown
    assert "fine" not in shown


def test_no_clusters_says_what_to_do() -> None:
    assert "trailboss repo add" in text(overview([], []))


def test_a_machine_counts_once_all_its_operations_are_done() -> None:
    both = (operation("w1", "done"), operation("w1", "running", operation="settle"), operation("w2", "done"))
    change = ChangeProgress(revision=revision(), workflow_id="x", operations=both)
    assert machines_done(change) == "1/2"
    assert machines_done(None) == "-"


def test_plain_lines_tell_each_change_of_state_once() -> None:
    first = new_lines(None, CHANGING)
    assert first[0] == "demo: Changing carrying out aaaaaaaaaaaa"
    assert first[1:] == [
        "  join w1: done 4/4",
        "  join w2: running 1/4 kubeadm-join",
        "  join w3: failed 0/4: w3: no route to host",
    ]
    assert new_lines(CHANGING, CHANGING) == []
    assert new_lines(CHANGING, CHANGING.model_copy(update={"paused": True})) == [
        "demo: Changing (paused) carrying out aaaaaaaaaaaa"
    ]


COMMIT, OTHER = "c" * 40, "e" * 40


def ended(commit: str) -> ChangeResult:
    return ChangeResult(revision=revision(commit), outcome="done")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (ClusterStatus(name="d", phase="Ready", last_result=ended(COMMIT)), True),
        (ClusterStatus(name="d", phase="Failed", last_result=ended(COMMIT)), True),
        (ClusterStatus(name="d", phase="Ready", last_result=ended(OTHER)), False),
        (ClusterStatus(name="d", phase="Changing", last_result=ended(COMMIT)), False),
        (ClusterStatus(name="d", rejected=RejectedRevision(revision=revision(COMMIT), reasons=("no",))), True),
        (ClusterStatus(name="d"), False),
    ],
)
def test_a_commit_is_settled_once_its_change_has_ended_or_it_was_not_taken(
    status: ClusterStatus, expected: bool
) -> None:
    assert settled(status, COMMIT) is expected


def test_without_a_commit_a_paused_cluster_is_not_settled() -> None:
    assert settled(ClusterStatus(name="d", phase="Ready"))
    assert not settled(ClusterStatus(name="d", phase="Ready", paused=True))
    assert not settled(ClusterStatus(name="d", phase="Changing"))


HELD = ClusterStatus(
    name="demo",
    phase="Held",
    desired=revision(),
    message="worker-2 is held at drain: default/web-0: no disruption allowed",
    report=ChangeReport(
        phase="Held",
        held=(
            HeldMachine(
                machine="worker-2", operation="upgrade", step="drain", reasons=("default/web-0: no disruption allowed",)
            ),
        ),
    ),
    audit=tuple(
        AuditEntry(at=f"2026-03-0{day}T10:00:00+00:00", who="me@here", what="pause", why=f"day {day}")
        for day in range(1, 8)
    ),
)


def test_a_held_machine_is_shown_with_its_question_and_how_to_answer() -> None:
    shown = text(overview([ClusterView(status=HELD)], []), 200)
    assert "worker-2 is held at drain: default/web-0: no disruption allowed" in shown
    assert (
        "worker-2: go on all the same: trailboss approve demo worker-2; leave it alone: trailboss skip demo worker-2"
    ) in shown
    assert any("trailboss skip demo worker-2" in line for line in new_lines(None, HELD))


def test_a_change_that_waits_for_approval_says_how_to_let_it_begin() -> None:
    asking = HELD.model_copy(update={"report": ChangeReport(phase="Held", awaits_approval=True)})
    assert "let it begin: trailboss approve demo" in text(overview([ClusterView(status=asking)], []))


def test_the_newest_words_of_the_audit_are_shown_for_one_cluster_alone() -> None:
    alone = text(overview([ClusterView(status=HELD)], []))
    assert "day 7" in alone
    assert "day 2" not in alone
    both = text(overview([ClusterView(status=HELD), ClusterView(status=HELD)], []))
    assert "day 7" not in both


def test_hop_and_why_a_step_has_not_come_about_yet_are_told() -> None:
    waits = operation("w2", "running", step="kubelet", waits="no route to host", attempts=7)
    assert CHANGING.change
    change = CHANGING.change.model_copy(
        update={"hop": 1, "hops": 2, "operations": (waits,), "report": ChangeReport(version="1.34.4")}
    )
    status = CHANGING.model_copy(update={"change": change, "report": change.report})
    shown = text(overview([ClusterView(status=status)], []), 140)
    assert "demo: workers, hop 1 of 2 to 1.34.4" in shown
    assert "kubelet: attempt 7 failed: no route to host" in shown
    assert "w2: bring it back, and it goes on by itself; or leave it out: trailboss skip demo w2" in shown


def test_what_failed_once_or_twice_is_no_question_yet() -> None:
    waits = operation("w2", "running", step="kubelet", waits="no route to host", attempts=2)
    assert CHANGING.change
    change = CHANGING.change.model_copy(update={"operations": (waits,)})
    status = CHANGING.model_copy(update={"change": change, "report": change.report})
    assert "trailboss skip" not in text(overview([ClusterView(status=status)], []), 140)


@pytest.mark.parametrize("phase", ["Incomplete", "Aborted"])
def test_what_was_left_undone_is_told_and_nothing_more_will_happen(phase: str) -> None:
    result = ChangeResult(revision=revision(), outcome="incomplete", problems=("worker-2: skipped by me@here",))
    status = ClusterStatus.model_validate({"name": "demo", "phase": phase, "last_result": result})
    assert settled(status)
    assert "worker-2: skipped by me@here" in text(overview([ClusterView(status=status)], []))


def test_at_first_it_says_what_to_type() -> None:
    assert "`trailboss repo add NAME URL`" in text(overview([], []))
    assert "`trailboss repo list`" in text(overview([], [RepositoryStatus(repository=REPOSITORY)]))


def test_addons_are_shown_with_what_was_done_or_why_they_failed() -> None:
    addons = (
        AddonProgress(name="cni", state="done", summary="7 objects applied"),
        AddonProgress(name="web", state="failed", problem="addon web was not applied: Deployment web: 0 of 1"),
    )
    ready = ClusterStatus(name="demo", phase="Ready", addons=addons)
    assert text(overview([ClusterView(status=ready)], [])).splitlines()[-3:] == [
        "demo: addons",
        "  \u2713  apply  cni  7 objects applied",
        "  \u2717  apply  web  addon web was not applied: Deployment web: 0 of 1",
    ]
    change = CHANGING.change
    assert change
    under_way = change.model_copy(update={"addons": (AddonProgress(name="web", state="running"),)})
    changing = CHANGING.model_copy(update={"change": under_way, "addons": addons})
    assert "\u25b6  apply  web" in text(overview([ClusterView(status=changing)], []))
    assert new_lines(CHANGING, changing) == ["  apply addon web: running"]
