import io

import pytest
from rich.console import Console, RenderableType

from trailboss.cli.live import new_lines, settled
from trailboss.cli.reading import ClusterView
from trailboss.cli.status_view import machines_done, overview
from trailboss.model.messages import PollResult, RepositoryStatus
from trailboss.model.progress import ChangeProgress, ChangeResult, ClusterStatus, OperationProgress
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
