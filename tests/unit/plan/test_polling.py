import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailboss.model.messages import ClusterSeen, PollResult
from trailboss.model.revision import Repository
from trailboss.plan.poll_report import poll_report
from trailboss.plan.polling import Sighting, changed, decide

REPOSITORY = Repository(name="fleet", url="/srv/fleet")
OLD, NEW = "a" * 40, "b" * 40
GOOD = PollResult(head=OLD, clusters={"x": ClusterSeen(digest="1", commit=OLD)})


def seen(**changes: object) -> Sighting:
    return Sighting.model_validate({"head": NEW, "digests": {"x": "1"}, **changes})


def with_problem(*reasons: str, digest: str = "2") -> PollResult:
    cluster = ClusterSeen(digest="1", commit=OLD, problems=reasons, problem_commit=NEW, rejected_digest=digest)
    return PollResult(head=NEW, clusters={"x": cluster})


def test_the_first_poll_submits_every_cluster() -> None:
    decision = decide(REPOSITORY, PollResult(), seen(digests={"x": "1", "y": "2"}), {})
    assert decision.submit == ("x", "y")
    assert decision.result.head == NEW
    assert decision.result.clusters["y"] == ClusterSeen(digest="2", commit=NEW)


def test_a_commit_that_changes_nothing_submits_nothing() -> None:
    decision = decide(REPOSITORY, GOOD, seen(), {})
    assert decision.submit == ()
    assert decision.reject == {}
    assert decision.result == GOOD.model_copy(update={"head": NEW})


def test_only_the_changed_cluster_is_submitted() -> None:
    sighting = seen(digests={"x": "1", "y": "2"})
    assert changed(GOOD, sighting) == ("y",)
    assert decide(REPOSITORY, GOOD, sighting, {}).submit == ("y",)


@pytest.mark.parametrize(
    ("sighting", "words"),
    [
        (Sighting(problem="no route"), "no route"),
        (Sighting(), "could not be read"),
        (seen(follows=False, digests={"x": "9"}), "history of main was rewritten"),
    ],
)
def test_the_last_good_revision_stands(sighting: Sighting, words: str) -> None:
    decision = decide(REPOSITORY, GOOD, sighting, {})
    assert decision.submit == ()
    assert decision.reject == {}
    assert words in decision.result.problem
    assert decision.result.refused_head == sighting.head
    assert (decision.result.head, decision.result.clusters) == (GOOD.head, GOOD.clusters)


def test_a_rewrite_says_how_to_accept_it() -> None:
    problem = decide(REPOSITORY, GOOD, seen(follows=False), {}).result.problem
    assert "trailboss repo accept fleet" in problem


def test_an_accepted_rewrite_is_taken() -> None:
    decision = decide(REPOSITORY, GOOD, seen(follows=False, accepted=True, digests={"x": "9"}), {})
    assert decision.submit == ("x",)
    assert (decision.result.head, decision.result.problem, decision.result.refused_head) == (NEW, "", "")


def test_a_problem_that_is_over_is_forgotten() -> None:
    assert decide(REPOSITORY, GOOD.model_copy(update={"problem": "no route"}), seen(), {}).result.problem == ""


def test_a_manifest_that_does_not_parse_holds_back_its_own_cluster_only() -> None:
    decision = decide(REPOSITORY, GOOD, seen(digests={"x": "2", "y": "3"}), {"x": ("line 3",)})
    assert decision.submit == ("y",)
    assert decision.reject == {"x": ("line 3",)}
    assert decision.result.clusters["x"] == with_problem("line 3").clusters["x"]


def test_a_rejection_is_told_once() -> None:
    decision = decide(REPOSITORY, with_problem("line 3"), seen(digests={"x": "2"}), {"x": ("line 3",)})
    assert decision.reject == {}
    assert decision.result.clusters["x"].problems == ("line 3",)


def test_a_rejection_for_another_reason_is_told_again() -> None:
    decision = decide(REPOSITORY, with_problem("line 3"), seen(digests={"x": "2"}), {"x": ("line 4",)})
    assert decision.reject == {"x": ("line 4",)}


def test_what_was_rejected_and_is_right_now_is_submitted() -> None:
    decision = decide(REPOSITORY, with_problem("line 3"), seen(digests={"x": "2"}), {})
    assert decision.submit == ("x",)
    assert decision.result.clusters["x"].problems == ()


def test_going_back_to_what_was_submitted_takes_the_rejection_back() -> None:
    decision = decide(REPOSITORY, with_problem("line 3"), seen(), {})
    assert decision.submit == ()
    assert decision.reject == {"x": ()}
    assert decision.result.clusters["x"] == GOOD.clusters["x"]


def test_a_dropped_folder_destroys_nothing_and_is_named_once() -> None:
    decision = decide(REPOSITORY, GOOD, seen(digests={"y": "1"}), {})
    assert decision.submit == ("y",)
    assert decision.result.clusters["x"].digest == "1"
    assert "the folder x is not in clusters any more" in decision.reject["x"][0]
    again = decide(REPOSITORY, decision.result, seen(digests={"y": "1"}), {})
    assert again.reject == {}


def test_a_dropped_folder_that_comes_back_unchanged_is_not_submitted_again() -> None:
    dropped = decide(REPOSITORY, GOOD, seen(digests={}), {}).result
    back = decide(REPOSITORY, dropped, seen(), {})
    assert back.submit == ()
    assert back.reject == {"x": ()}


def test_a_cluster_never_submitted_and_gone_is_forgotten() -> None:
    rejected = decide(REPOSITORY, PollResult(), seen(), {"x": ("bad",)}).result
    assert decide(REPOSITORY, rejected, seen(digests={"y": "1"}), {}).result.clusters.keys() == {"y"}


def test_a_repository_without_clusters_says_where_they_were_looked_for() -> None:
    assert (
        "no folder of a cluster in clusters of main"
        in decide(REPOSITORY, PollResult(), seen(digests={}), {}).result.problem
    )


def test_reasons_are_bounded_and_say_so() -> None:
    decision = decide(REPOSITORY, GOOD, seen(digests={"x": "2"}), {"x": tuple("r" * 900 for _ in range(99))})
    reasons = decision.reject["x"]
    assert len(reasons) == 31
    assert max(map(len, reasons)) == 400
    assert reasons[-1] == "and 69 more: `trailboss validate` shows all"


def test_bounded_reasons_are_told_once_too() -> None:
    problems = {"x": tuple(f"{n}" for n in range(99))}
    sighting = seen(digests={"x": "2"})
    first = decide(REPOSITORY, GOOD, sighting, problems)
    assert decide(REPOSITORY, first.result, sighting, problems).reject == {}


def test_the_report_names_what_stands_and_why() -> None:
    text = poll_report(REPOSITORY, with_problem("line 3").model_copy(update={"problem": "no route"}))
    assert "**The last good revision stands**: no route" in text
    assert f"**x** rejected at `{NEW[:12]}`; `{OLD[:12]}` stands:" in text
    assert "- line 3" in text


NOTHING_TOLD: tuple[str, tuple[str, ...]] = ("", ())

names = st.sampled_from(["x", "y", "z"])
digests = st.dictionaries(names, st.sampled_from(["1", "2", "3"]))
commits = st.sampled_from(["a" * 40, "b" * 40, "c" * 40])
sightings = st.one_of(
    st.builds(Sighting, problem=st.just("no route")),
    st.builds(Sighting, head=commits, follows=st.booleans(), accepted=st.booleans(), digests=digests),
)
problems = st.dictionaries(names, st.just(("bad",)))
histories = st.lists(st.tuples(sightings, problems), max_size=8)


@given(histories)
def test_whatever_happens(history: list[tuple[Sighting, dict[str, tuple[str, ...]]]]) -> None:
    previous, submitted, told = PollResult(), dict[str, str](), dict[str, tuple[str, tuple[str, ...]]]()
    for sighting, wrong in history:
        decision = decide(REPOSITORY, previous, sighting, wrong)
        stands = not sighting.head or (previous.head and not sighting.follows and not sighting.accepted)
        if stands:
            assert decision.result.head == previous.head, "a failed poll never loses the last good state"
            assert decision.result.clusters == previous.clusters
            assert decision.result.problem
            assert not decision.submit
            assert not decision.reject
        for name in decision.submit:
            assert submitted.get(name) != sighting.digests[name], "never the digest that was submitted last"
            assert not wrong.get(name), "never what is wrong"
            submitted[name] = sighting.digests[name]
            told[name] = NOTHING_TOLD
        for name, reasons in decision.reject.items():
            about = (sighting.digests.get(name, "") if reasons else "", reasons)
            assert told.get(name, NOTHING_TOLD) != about, "nothing is told twice"
            told[name] = about if name in decision.result.clusters else NOTHING_TOLD
        assert not set(decision.submit) & set(decision.reject)
        assert {n: s.digest for n, s in decision.result.clusters.items() if s.digest} == submitted, "nothing is lost"
        again = decide(REPOSITORY, decision.result, sighting, wrong)
        assert (again.submit, again.reject) == ((), {}), "the same poll again does nothing"
        previous = decision.result
