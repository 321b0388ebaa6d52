"""What Temporal's web UI shows of a workflow from its start: a summary for lists, and details in Markdown. Pure."""

import json
from typing import TypedDict

from trailboss.model import links, names
from trailboss.model.messages import ChangeContext
from trailboss.model.plan import MachineOperation
from trailboss.model.revision import Repository, Revision

_MOST = 400  # bytes of a summary as JSON: Temporal's own limit
_SHORTENED = "…"


class Titles(TypedDict):
    """In the words of Temporal's own arguments."""

    static_summary: str
    static_details: str


def fitting(summary: str) -> str:
    """Return it on one line, cut where it would be longer than Temporal takes it."""
    whole = " ".join(summary.split())
    if _size(whole) <= _MOST:
        return whole
    cut = whole[:_MOST]
    while _size(cut + _SHORTENED) > _MOST:
        cut = cut[:-1]
    return cut + _SHORTENED


def cluster(name: str, repository: Repository) -> Titles:
    schedule = f"[{repository.name}]({links.schedule(names.schedule_id(repository.name))})"
    return _titles(
        f"{name} from {repository.name}",
        f"Keeps the cluster **{name}** as the repository {schedule} says: takes revisions and carries them out, one",
        "change after the other, for as long as the cluster lives. It hears `trailboss pause`, `resume`, `approve`,",
        "`skip`, `abort`, `retry`.",
    )


def change(name: str, revision: Revision) -> Titles:
    by = f" by {revision.author}" if revision.author else ""
    return _titles(
        f"{name} to {revision.short}: {revision.subject}",
        f"Carries out the commit `{revision.short}`{by} on the cluster {_cluster(name)}: looks at all machines, plans,",
        "does what the plan says stage by stage, and plans again until nothing remains. Each machine's operation is a",
        "workflow of its own (*Relationships*).",
    )


def machine(context: ChangeContext, operation: MachineOperation) -> Titles:
    to = f" to Kubernetes {context.version}" if context.version and operation.operation == "upgrade" else ""
    part_of = links.link(names.change_id(context.cluster, context.revision.commit))
    return _titles(
        f"{operation.operation} {operation.machine}{to}",
        f"Takes the {operation.role} **{operation.machine}** of the cluster {_cluster(context.cluster)} through",
        f"{len(operation.steps)} step(s), a part of the change {part_of}. Each looks, acts and looks again, so it may",
        "run more than once.",
    )


def errand(name: str, words: str) -> Titles:
    """`words`: what is done, such as "snapshot"; what operators ask of a cluster beside its changes."""
    return _titles(
        f"{name}: {words}",
        f"An operator asked the cluster {_cluster(name)} for this. No change of it begins before this has ended.",
    )


def poll(repository: Repository) -> Titles:
    return _titles(
        f"{repository.url} ({repository.branch})",
        f"One look at the repository **{repository.name}**, started by its",
        f"[schedule]({links.schedule(names.schedule_id(repository.name))}): fetches the branch, reads the manifests,",
        "submits to each cluster whose folder differs.",
    )


def question(words: str) -> Titles:
    """`words`: what is asked."""
    return _titles(words, "Somebody asked this on the command line. It changes nothing and ends with the answer.")


def _titles(summary: str, *details: str) -> Titles:
    return Titles(static_summary=fitting(summary), static_details=" ".join(details))


def _cluster(name: str) -> str:
    return links.link(names.cluster_id(name), name)


def _size(summary: str) -> int:
    return len(json.dumps(summary, ensure_ascii=False).encode())
