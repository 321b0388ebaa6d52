"""How operators answer, as the web UI's pages tell them: our command and Temporal's own, whole. Markdown, pure."""

import shlex

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from trailboss.model import links, names
    from trailboss.model.control import Action, Control


def go_on(cluster: str) -> list[str]:
    """Say how a change that is paused goes on."""
    return _ways(("Let it go on", f"trailboss resume {cluster}", signal(cluster, "resume")))


def begin(cluster: str) -> list[str]:
    """Say how a change that waits for approval begins, or ends."""
    return _ways(
        ("Let it begin", f"trailboss approve {cluster}", signal(cluster, "approve")),
        ("Stop it", f"trailboss abort {cluster}", signal(cluster, "abort")),
    )


def held(cluster: str, machine: str) -> list[str]:
    """Say how an operator answers for a machine that is held."""
    return _ways(
        ("Go on all the same", f"trailboss approve {cluster} {machine}", _control(cluster, "approve", machine)),
        ("Leave it alone", f"trailboss skip {cluster} {machine}", _control(cluster, "skip", machine)),
    )


def away(cluster: str, machine: str) -> list[str]:
    """Say how to go on from a machine whose step is tried again and again."""
    return [
        "Bring it back, and it goes on by itself.",
        *_ways(("Leave it out", f"trailboss skip {cluster} {machine}", _control(cluster, "skip", machine))),
    ]


def again(cluster: str, when: str = "Once the cause is gone") -> list[str]:
    """Say how the desired revision is carried out once more."""
    return _ways((when, f"trailboss retry {cluster}", signal(cluster, "retry")))


def signal(cluster: str, name: str) -> str:
    """Return the whole command, but for the namespace, which is put in where it is shown."""
    where = f"--namespace {links.HERE} --workflow-id {names.cluster_id(cluster)}"
    return f"temporal workflow signal {where} --name {name}"


def _control(cluster: str, action: Action, machine: str) -> str:
    said = Control(action=action, machine=machine).model_dump_json(include={"action", "machine"})
    return f"{signal(cluster, names.CONTROL)} --input {shlex.quote(said)}"


def _ways(*ways: tuple[str, str, str]) -> list[str]:
    """One line each; the blank ones around them are what the web UI needs to see a list."""
    lines = [f"- **{words}:** `{ours}`, or `{theirs}`" for words, ours, theirs in ways]
    return ["", *lines, ""]
