"""Previews as the body of a comment on a pull request: Markdown that fits, and says what it leaves out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from trailboss.cli import plan_words as words
from trailboss.cli.plan_mermaid import mermaid
from trailboss.model.preview import Preview

MARKER: Final = "<!-- trailboss-plan -->"
"""By which a job finds the comment that it made before."""
MOST_BYTES: Final = 60_000
"""GitHub takes 65,536 characters, GitLab more."""
_ESCAPED: Final = {char: f"&#{ord(char)};" for char in "\\`*_{}[]<>#|~@&$"}
_LEFT_OUT: Final = ("", "the picture", "the picture and the steps", "all but the result")
"""What is left out of a cluster's part, by its level."""
_LAST: Final = len(_LEFT_OUT) - 1


def markdown(previews: Sequence[Preview], what: str = "") -> str:
    """Return the comment's body; `what`: the revision or folder that was asked for."""
    head = _joined(_head(previews, what))
    parts = [_part(one, 0) for one in previews]
    levels = [0] * len(parts)
    too_much = _size(_joined([head, *parts])) - MOST_BYTES
    while too_much > 0 and any(level < _LAST for level in levels):
        open_ = (number for number, level in enumerate(levels) if level < _LAST)
        largest = max(open_, key=lambda number: len(parts[number]))
        levels[largest] += 1
        shorter = _part(previews[largest], levels[largest])
        too_much -= _size(parts[largest]) - _size(shorter)
        parts[largest] = shorter
    return _cut(previews, what) if too_much > 0 else _joined([head, *parts])


def escaped(text: str) -> str:
    """Return text that Markdown shows as it stands, on one line: nobody is mentioned, no address becomes a link."""
    return "".join(_ESCAPED.get(char, char) for char in " ".join(text.split())).replace("://", "&#58;//")


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _size(text: str) -> int:
    return len(text.encode())


def _head(previews: Sequence[Preview], what: str) -> Iterator[str]:
    yield MARKER
    yield f"## Trailboss plan{f' for {escaped(what)}' if what else ''}"
    if not previews:
        yield "No cluster's folder differs from what is desired. Nothing would be done."
        return
    rows = [f"| {' | '.join(cells)} |" for cells in (_row(one) for one in previews)]
    yield "\n".join(["| cluster | Kubernetes | what comes of it | takes | disturbs |", "|---|---|---|---|---|", *rows])


def _row(preview: Preview) -> Iterator[str]:
    yield f"**{escaped(preview.cluster)}**"
    yield escaped(words.version_path(preview))
    yield escaped(words.result_words(preview))
    yield escaped(words.estimate_words(preview.estimate)) if preview.estimate else "-"
    yield escaped(_disturbed(preview))


def _disturbed(preview: Preview) -> str:
    machines, pods = len(preview.disruptions), sum(one.evicted for one in preview.disruptions)
    return f"{words.count(machines, 'machine')}, {words.count(pods, 'pod')}" if machines else "nobody"


def _part(preview: Preview, level: int) -> str:
    """Return a cluster's part that can be folded; a refusal is open."""
    sections = [section for section in _sections(preview, level) if section]
    summary = f"<b>{escaped(preview.cluster)}</b>: {escaped(words.result_words(preview))}"
    opened = " open" if preview.refusals else ""
    return "\n\n".join([f"<details{opened}><summary>{summary}</summary>", *sections, "</details>"])


def _sections(preview: Preview, level: int) -> Iterator[str]:
    made: tuple[tuple[int, Callable[[Preview], str]], ...] = (
        (3, _refusals),
        (3, _differences),
        (3, _disruptions),
        (3, _gates),
        (2, _steps),
        (2, _addons),
        (3, _estimate),
        (1, _picture),
        (3, _notes),
    )
    yield from (section(preview) for below, section in made if level < below)
    if level:
        yield (
            f"_This comment would be too long: {_LEFT_OUT[level]} of this cluster is left out."
            f" {escaped(f'trailboss plan {preview.cluster}')} shows all._"
        )


def _listed(title: str, lines: Sequence[str]) -> str:
    return "\n".join([f"**{title}**", "", *(f"- {line}" for line in lines)]) if lines else ""


def _refusals(preview: Preview) -> str:
    lines = []
    for one in preview.refusals:
        check = f"[{one.check}] " if one.check else ""
        where = f"{one.machine}: " if one.machine else ""
        lines.append(f"{escaped(f'{check}{where}{one.reason}')}<br/>do: {escaped(one.remedy)}")
    return _listed("Refused", lines)


def _differences(preview: Preview) -> str:
    if preview.not_compared:
        return f"Differences of the manifests are not told: {escaped(preview.not_compared)}"
    title = f"Manifests, compared with {escaped(preview.compared_with)}"
    return _listed(title, [escaped(str(one)) for one in preview.differences]) or f"{title}: no difference"


def _disruptions(preview: Preview) -> str:
    lines = [escaped(words.disruption_words(one)) for one in preview.disruptions]
    kept = [f"kept by a budget: {escaped(line)}" for one in preview.disruptions for line in one.blocked]
    return _listed("Who is disturbed", [*lines, *kept])


def _gates(preview: Preview) -> str:
    return _listed("What would hold it", [escaped(gate.words) for gate in preview.gates])


def _steps(preview: Preview) -> str:
    if not preview.stages:
        return ""
    lines = ["**Steps**", ""]
    for number, (plan, stage, _, _) in enumerate(words.stage_times(preview), start=1):
        pace = words.pace(stage)
        version = preview.plans[plan].kubernetes_version
        title = f"{stage.name}{f', {pace}' if pace else ''}" + (f" (Kubernetes {version})" if preview.later else "")
        lines.append(f"{number}. {escaped(title)}")
        for one in stage.operations:
            steps = "; ".join(f"{step.name}: {step.reason}" for step in one.steps)
            lines.append(f"   - {escaped(f'{one.operation} {one.machine}')}: {escaped(steps)}")
    return "\n".join(lines)


def _addons(preview: Preview) -> str:
    lines = [words.addon_words(addon) for plan in preview.plans for addon in plan.addons]
    return _listed("Addons, once the machines are done", [escaped(line) for line in lines])


def _estimate(preview: Preview) -> str:
    if preview.estimate is None:
        return ""
    found = preview.estimate
    source, not_counted = words.estimate_source(found), "; ".join(found.not_counted)
    return (
        f"**Takes** {escaped(words.estimate_words(found))}; {escaped(source)}.<br/>Not counted: {escaped(not_counted)}."
    )


def _picture(preview: Preview) -> str:
    return f"```mermaid\n{mermaid(preview)}\n```"


def _notes(preview: Preview) -> str:
    waived = [f"waived: {one.reason}" for one in preview.waived]
    return _listed("Notes", [escaped(note) for note in (*waived, *preview.notes)])


def _cut(previews: Sequence[Preview], what: str) -> str:
    """Return the table alone, of as many clusters as there is room for."""
    shown = list(previews)
    while True:
        left_out = len(previews) - len(shown)
        words_ = f"_{left_out} more clusters, and what is planned in detail, would make this comment too long._"
        body = _joined([*_head(shown, what), words_])
        if _size(body) <= MOST_BYTES or not shown:
            return body
        shown = shown[: len(shown) * 3 // 4]
