"""What a poll comes to: which clusters get the new revision, which do not and why, what is remembered."""

import hashlib
from collections.abc import Mapping

from trailboss.model.base import Frozen
from trailboss.model.messages import ClusterSeen, PollResult
from trailboss.model.revision import Repository

_MOST_REASONS = 30  # results are kept in every poll's history
_LONGEST_REASON = 400


class Sighting(Frozen):
    """What was seen of the repository.

    `head` "": nothing to follow was found, and `problem` says why. `follows`: the head is the last good head or comes
    after it. `accepted`: an operator accepted that it does not. `digests`: the head's clusters, name → tree id.
    `found`: those of them that are wksctl's, which may lie anywhere → the folder. `twice`: names of wksctl's clusters
    that lie in several folders → the folders.
    """

    head: str = ""
    problem: str = ""
    follows: bool = True
    accepted: bool = False
    digests: dict[str, str] = {}
    found: dict[str, str] = {}
    twice: dict[str, tuple[str, ...]] = {}


class PollDecision(Frozen):
    """`submit`: clusters that get the head. `reject`: clusters that do not → the reasons; none: nothing any more."""

    submit: tuple[str, ...] = ()
    reject: dict[str, tuple[str, ...]] = {}
    result: PollResult


def combined(tree: str, taken: Mapping[str, str]) -> str:
    """Return what tells one state of a cluster from another: its folder's tree id, and ids of what it takes elsewhere.

    `taken`: path → id. A cluster that takes nothing has its folder's id, as it always had.
    """
    if not taken:
        return tree
    said = "\n".join([tree, *(f"{path} {taken[path]}" for path in sorted(taken))])
    return hashlib.sha1(said.encode(), usedforsecurity=False).hexdigest()


def refusal(repository: Repository, previous: PollResult, sighting: Sighting) -> str:
    """Return why the last good revision stands for every cluster, "" if the head is to be looked at."""
    if not sighting.head:
        return sighting.problem or f"{repository.url} could not be read"
    if previous.head and not sighting.follows and not sighting.accepted:
        return (
            f"the history of {repository.branch} was rewritten: {sighting.head[:12]} does not follow the last good "
            f"revision {previous.head[:12]}; `trailboss repo accept {repository.name}` takes it as it is"
        )
    return ""


def changed(previous: PollResult, sighting: Sighting) -> tuple[str, ...]:
    """Return the clusters whose folder differs from what was last submitted: those to be validated."""
    return tuple(name for name, digest in sorted(sighting.digests.items()) if _seen(previous, name).digest != digest)


def decide(
    repository: Repository, previous: PollResult, sighting: Sighting, problems: Mapping[str, tuple[str, ...]]
) -> PollDecision:
    """Decide, given what is wrong with the manifests of each changed cluster (absent or empty: nothing)."""
    if reason := refusal(repository, previous, sighting):
        return PollDecision(result=_standing(previous, sighting, reason))
    clusters: dict[str, ClusterSeen] = {}
    submit: list[str] = []
    reject: dict[str, tuple[str, ...]] = {}
    for name in sorted(previous.clusters.keys() | sighting.digests.keys()):
        seen = _seen(previous, name)
        now = _look(repository, sighting, name, seen, problems.get(name, ()))
        if now.digest != seen.digest:
            submit.append(name)
        elif (now.problems, now.rejected_digest) != (seen.problems, seen.rejected_digest):
            reject[name] = now.problems
        if now.digest or name in sighting.digests:  # what never was submitted and is gone need not be remembered
            clusters[name] = now
    result = PollResult(
        head=sighting.head, clusters=clusters, submitted=tuple(submit), problem=_missing(repository, sighting)
    )
    return PollDecision(submit=tuple(submit), reject=reject, result=result)


def _look(
    repository: Repository, sighting: Sighting, name: str, seen: ClusterSeen, problems: tuple[str, ...]
) -> ClusterSeen:
    digest = sighting.digests.get(name)
    if digest is None:
        gone = f"the folder {name} is not in {repository.path} any more; the cluster is left as it is"
        if sighting.found:
            gone = f"no manifests describe {name} any more; the cluster is left as it is"
        return _rejected(seen, sighting.head, "", (gone,))
    if digest == seen.digest:
        return ClusterSeen(digest=seen.digest, commit=seen.commit)
    if problems:
        return _rejected(seen, sighting.head, digest, problems)
    return ClusterSeen(digest=digest, commit=sighting.head)


def _rejected(seen: ClusterSeen, head: str, digest: str, reasons: tuple[str, ...]) -> ClusterSeen:
    """Keep what was submitted; the commit that brought the problem stays the one in which it was first seen."""
    reasons = _bounded(reasons)
    known = (seen.rejected_digest, seen.problems) == (digest, reasons)
    return ClusterSeen(
        digest=seen.digest,
        commit=seen.commit,
        problems=reasons,
        problem_commit=seen.problem_commit if known else head,
        rejected_digest=digest,
    )


def _bounded(reasons: tuple[str, ...]) -> tuple[str, ...]:
    shown = tuple(reason[:_LONGEST_REASON] for reason in reasons[:_MOST_REASONS])
    left_out = len(reasons) - len(shown)
    return (*shown, f"and {left_out} more: `trailboss validate` shows all") if left_out else shown


def _standing(previous: PollResult, sighting: Sighting, reason: str) -> PollResult:
    changes = {"problem": reason, "submitted": (), "refused_head": sighting.head}
    return previous.model_copy(update=changes)


def _missing(repository: Repository, sighting: Sighting) -> str:
    if sighting.digests:
        return ""
    return (
        f"there is no folder of a cluster in {repository.path} of {repository.branch} at {sighting.head[:12]}, "
        "and no cluster of wksctl's"
    )


def _seen(previous: PollResult, name: str) -> ClusterSeen:
    return previous.clusters.get(name, ClusterSeen())
