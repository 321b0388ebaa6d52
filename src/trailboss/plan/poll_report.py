"""A poll in Markdown, for the current details of its workflow in Temporal's web UI."""

from trailboss.model.messages import ClusterSeen, PollResult
from trailboss.model.revision import Repository


def poll_report(repository: Repository, result: PollResult) -> str:
    """Return what was found, what was submitted, what was not and why."""
    head = f"`{result.head[:12]}`" if result.head else "none yet"
    lines = [f"**{repository.name}**: `{repository.url}`, branch `{repository.branch}`, last good commit {head}"]
    if result.problem:
        lines += ["", f"**The last good revision stands**: {result.problem}" if result.head else result.problem]
    if result.submitted:
        lines += ["", f"Submitted: {', '.join(result.submitted)}"]
    elif not result.problem:
        lines += ["", "Nothing new to submit."]
    lines += [line for name, seen in sorted(result.clusters.items()) for line in _cluster(name, seen)]
    return "\n".join(lines)


def _cluster(name: str, seen: ClusterSeen) -> list[str]:
    if not seen.problems:
        return []
    stands = f"`{seen.commit[:12]}` stands" if seen.commit else "nothing was submitted yet"
    title = f"**{name}** rejected at `{seen.problem_commit[:12]}`; {stands}:"
    return ["", title, "", *(f"- {reason}" for reason in seen.problems)]
