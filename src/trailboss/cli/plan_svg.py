"""A preview as a picture: the cluster with what happens to each machine, and below it when each operation runs.

Written with the standard library's XML writer, which escapes all that users wrote. Colours follow the page's scheme,
and say nothing that words do not say, too.
"""

from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree as ET

from trailboss.cli import plan_words as words
from trailboss.model.preview import Member, Preview, Span

WIDTH: Final = 960
MOST_ROWS: Final = 80
"""Of the timeline; how many are left out is said."""
_MARGIN, _BOX_WIDTH, _BOX_HEIGHT, _GAP, _ROW = 20, 172, 76, 12, 20
_NAMES = 230
"""Where the timeline's bars begin."""
_LONGEST = 26
_STYLE: Final = """
svg { background: #ffffff; }
text { font: 12px system-ui, sans-serif; fill: #1f2937; }
.title { font-size: 16px; font-weight: 600; }
.head { font-weight: 600; }
.quiet { fill: #4b5563; }
.box { fill: #f3f4f6; stroke: #6b7280; }
.changed { stroke: #b45309; stroke-width: 2.5; }
.gone { stroke: #b91c1c; stroke-width: 2.5; stroke-dasharray: 6 4; }
.line { stroke: #9ca3af; fill: none; }
.bar { fill: #2563eb; }
@media (prefers-color-scheme: dark) {
  svg { background: #0d1117; }
  text { fill: #e5e7eb; }
  .quiet { fill: #9ca3af; }
  .box { fill: #1f2937; stroke: #9ca3af; }
  .changed { stroke: #f59e0b; }
  .gone { stroke: #f87171; }
  .line { stroke: #6b7280; }
  .bar { fill: #60a5fa; }
}
"""


def svg(preview: Preview) -> str:
    """Return an SVG document."""
    drawing = _Drawing(preview)
    drawing.cluster()
    drawing.timeline()
    return drawing.document()


class _Drawing:
    """Draws from top to bottom; `y` is how far it has come."""

    def __init__(self, preview: Preview) -> None:
        self._preview = preview
        self._root = ET.Element("svg", xmlns="http://www.w3.org/2000/svg", role="img")
        self._root.set("aria-labelledby", "title description")
        title = f"Plan for {preview.cluster}: Kubernetes {words.version_path(preview)}"
        ET.SubElement(self._root, "title", id="title").text = title
        ET.SubElement(self._root, "desc", id="description").text = _description(preview)
        ET.SubElement(self._root, "style").text = _STYLE
        self.y = 36
        self._text(_MARGIN, self.y, title, "title")
        self._text(_MARGIN, self.y + 20, _summary(preview), "quiet")
        self.y += 40

    def document(self) -> str:
        height = self.y + _MARGIN
        self._root.set("viewBox", f"0 0 {WIDTH} {height}")
        self._root.set("width", str(WIDTH))
        self._root.set("height", str(height))
        ET.indent(self._root)
        return ET.tostring(self._root, encoding="unicode")

    def cluster(self) -> None:
        """Draw the endpoint, then control planes, then workers."""
        by_role = {
            role: [one for one in self._preview.members if one.role == role] for role in ("control-plane", "worker")
        }
        middle = _MARGIN + _BOX_WIDTH // 2
        if self._preview.endpoint:
            self._text(_MARGIN, self.y + 12, f"endpoint {self._preview.endpoint}", "head")
            self.y += 22
            if by_role["control-plane"]:
                self._line(middle, self.y, middle, self.y + 12)
                self.y += 12
        for members in by_role.values():
            self._boxes(members)

    def _boxes(self, members: Sequence[Member]) -> None:
        in_row = (WIDTH - 2 * _MARGIN + _GAP) // (_BOX_WIDTH + _GAP)
        for number, member in enumerate(members):
            column, row = number % in_row, number // in_row
            self._machine(member, _MARGIN + column * (_BOX_WIDTH + _GAP), self.y + row * (_BOX_HEIGHT + _GAP))
        rows = -(-len(members) // in_row)
        self.y += rows * (_BOX_HEIGHT + _GAP)

    def _machine(self, member: Member, x: int, y: int) -> None:
        done = words.happens(self._preview, member.machine)
        kind = "" if not done else " gone" if done in {"is removed", "is reset"} else " changed"
        group = ET.SubElement(self._root, "g")
        size = {"width": str(_BOX_WIDTH), "height": str(_BOX_HEIGHT), "rx": "6"}
        ET.SubElement(group, "rect", {"x": str(x), "y": str(y), "class": f"box{kind}", **size})
        ready = "" if member.ready else ", not Ready"
        lines = (
            (member.machine, "head"),
            (f"{member.role}{ready}", "quiet"),
            (words.versions(self._preview, member), ""),
            (done or "stays as it is", ""),
        )
        for number, (line, style) in enumerate(lines):
            self._text(x + 10, y + 18 + number * 16, line, style, group)
        ET.SubElement(group, "title").text = "; ".join(line for line, _ in lines)

    def timeline(self) -> None:
        """Draw a bar for each operation; without an estimate there is none."""
        estimate = self._preview.estimate
        if estimate is None or not estimate.spans:
            return
        self.y += 16
        self._text(_MARGIN, self.y, f"Takes {words.estimate_words(estimate)}", "head")
        self._text(_MARGIN, self.y + 18, f"{words.estimate_source(estimate)}", "quiet")
        self.y += 34
        for span in estimate.spans[:MOST_ROWS]:
            self._bar(span, max(estimate.seconds, 1))
        left_out = len(estimate.spans) - MOST_ROWS
        if left_out > 0:
            self._text(_MARGIN, self.y + 12, f"and {left_out} more operations", "quiet")
            self.y += _ROW

    def _bar(self, span: Span, total: float) -> None:
        scale = (WIDTH - _MARGIN - _NAMES - 70) / total
        x, width = _NAMES + span.begins * scale, max((span.ends - span.begins) * scale, 2)
        self._text(_MARGIN, self.y + 13, f"{span.operation} {span.machine}", "")
        place = {"x": f"{x:.1f}", "y": str(self.y + 3), "width": f"{width:.1f}", "height": "13", "rx": "3"}
        bar = ET.SubElement(self._root, "rect", {"class": "bar", **place})
        when = f"{words.duration(span.begins)} to {words.duration(span.ends)}"
        ET.SubElement(bar, "title").text = f"{span.stage}: {span.operation} {span.machine}, {when}"
        self._text(round(x + width + 5), self.y + 13, words.duration(span.ends - span.begins), "quiet")
        self.y += _ROW

    def _text(self, x: int, y: int, words_: str, style: str, parent: ET.Element | None = None) -> None:
        attributes = {"x": str(x), "y": str(y), **({"class": style} if style else {})}
        shown = words_ if len(words_) <= _LONGEST or parent is None else f"{words_[: _LONGEST - 1]}…"
        ET.SubElement(self._root if parent is None else parent, "text", attributes).text = _printable(shown)

    def _line(self, x1: int, y1: int, x2: int, y2: int) -> None:
        ends = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
        ET.SubElement(self._root, "line", {"class": "line", **{name: str(value) for name, value in ends.items()}})


def _printable(text: str) -> str:
    """Leave out what XML cannot hold."""
    return "".join(char for char in text if char.isprintable())


def _summary(preview: Preview) -> str:
    return words.result_words(preview)


def _description(preview: Preview) -> str:
    """Return in words what the picture shows."""
    machines = [
        f"{one.machine} ({one.role}, {words.versions(preview, one)})"
        f" {words.happens(preview, one.machine) or 'stays as it is'}"
        for one in preview.members
    ]
    takes = [f"It takes {words.estimate_words(preview.estimate)}"] if preview.estimate else []
    return _printable(". ".join([words.result_words(preview), *machines, *takes]) + ".")
