"""A preview as a Mermaid flowchart: the cluster with what happens to each machine, and the stages with their times."""

from collections.abc import Iterator, Sequence
from typing import Final

from trailboss.cli import plan_words as words
from trailboss.model.preview import Member, Preview

MOST_MACHINES: Final = 24
"""Of each role; what stands beside them is a number."""
MOST_STAGES: Final = 40
_ESCAPED: Final = {char: f"#{ord(char)};" for char in "#\"'<>&`\\{}[]()|;"}


def mermaid(preview: Preview) -> str:
    """Return the text of a flowchart, without the fence around it."""
    lines = ["flowchart TB", *_cluster(preview), *_steps(preview), *_styles(preview)]
    return "\n".join(lines)


def escaped(text: str) -> str:
    """Return text that Mermaid takes as it stands, whatever a user has written there; one line."""
    return "".join(_ESCAPED.get(char, char) for char in " ".join(text.split()))


def _cluster(preview: Preview) -> Iterator[str]:
    yield f'  subgraph cluster["{escaped(preview.cluster)}: Kubernetes {escaped(words.version_path(preview))}"]'
    if preview.endpoint:
        yield f'    endpoint(["{escaped(preview.endpoint)}"])'
    for role in ("control-plane", "worker"):
        members = [(number, one) for number, one in enumerate(preview.members) if one.role == role]
        for number, member in members[:MOST_MACHINES]:
            yield f'    m{number}["{_machine(preview, member)}"]'
            if role == "control-plane" and preview.endpoint:
                yield f"    endpoint --- m{number}"
        yield from _joined(preview, members[:MOST_MACHINES], role)
        if more := len(members) - MOST_MACHINES:
            yield from ([f'    more_{role[0]}["{more} more of role {role}"]'] if more > 0 else [])
    yield "  end"


def _joined(preview: Preview, members: Sequence[tuple[int, Member]], role: str) -> Iterator[str]:
    """Workers hang below the first control plane that stands there, so that they are drawn below all."""
    first = next((number for number, one in enumerate(preview.members) if one.role == "control-plane"), None)
    if role == "worker" and first is not None:
        yield from (f"    m{first} ~~~ m{number}" for number, _ in members)


def _machine(preview: Preview, member: Member) -> str:
    lines = [member.machine, member.role, words.versions(preview, member)]
    done = words.happens(preview, member.machine)
    state = [] if member.ready else ["not Ready"]
    return "<br/>".join(map(escaped, [*lines, *state, *([done] if done else [])]))


def _steps(preview: Preview) -> Iterator[str]:
    stages = list(words.stage_times(preview))
    if not stages:
        return
    title = f"Steps, {words.estimate_words(preview.estimate)}" if preview.estimate else "Steps"
    yield f'  subgraph steps["{escaped(title)}"]'
    for number, (_, stage, begins, ends) in enumerate(stages[:MOST_STAGES]):
        when = f"{words.duration(begins)} to {words.duration(ends)}" if ends else ""
        machines = ", ".join(operation.machine for operation in stage.operations[:6])
        more = f" and {len(stage.operations) - 6} more" if len(stage.operations) > 6 else ""  # noqa: PLR2004 - as above
        parts = [f"{number + 1}. {stage.name}", machines + more, words.pace(stage), when]
        yield f'    s{number}["{"<br/>".join(escaped(part) for part in parts if part)}"]'
    shown = min(len(stages), MOST_STAGES)
    yield from (f"    s{number} --> s{number + 1}" for number in range(shown - 1))
    if len(stages) > shown:
        yield f'    s{shown}["{len(stages) - shown} more stages"]'
        yield f"    s{shown - 1} --> s{shown}"
    yield "  end"
    yield "  cluster ~~~ steps"


def _styles(preview: Preview) -> Iterator[str]:
    """Outlines only, so that it can be read on a dark and on a light page; words say the same."""
    yield "  classDef changed stroke:#d97706,stroke-width:3px"
    yield "  classDef gone stroke:#dc2626,stroke-width:3px,stroke-dasharray:6 4"
    kinds: dict[str, list[str]] = {"changed": [], "gone": []}
    counts = dict.fromkeys(("control-plane", "worker"), 0)
    for number, member in enumerate(preview.members):
        counts[member.role] += 1
        done = words.happens(preview, member.machine)
        if done and counts[member.role] <= MOST_MACHINES:
            kinds["gone" if done in {"is removed", "is reset"} else "changed"].append(f"m{number}")
    yield from (f"  class {','.join(nodes)} {kind}" for kind, nodes in kinds.items() if nodes)
