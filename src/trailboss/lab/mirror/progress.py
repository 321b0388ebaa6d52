"""One line for each artifact: moving on a terminal, plain in a CI log."""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from rich.console import Console
from rich.filesize import decimal
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

_WIDTH = 38  # characters; the longest label, an image of kube-controller-manager, has 37 or so
_QUIET = 60.0  # seconds without a line after which a CI log hears that work goes on


class Report:
    """Tells a console what is being made. Use as a context manager around a version's work."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started: dict[str, float] = {}
        self._doing: dict[str, str] = {}
        self._tasks: dict[str, TaskID] = {}
        self._spoke = time.monotonic()
        columns = (SpinnerColumn(), TextColumn("{task.fields[line]}"), TimeElapsedColumn())
        self._progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def say(self, text: str) -> None:
        self._spoke = time.monotonic()
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)

    def start(self, name: str, doing: str) -> None:
        """`name` is being made; `doing` completes the line: "compiling"."""
        self._started.setdefault(name, time.monotonic())
        self._doing[name] = doing
        line = f"{name:<{_WIDTH}} {escape(doing)}"
        if name in self._tasks:
            self._progress.update(self._tasks[name], line=line)
        else:
            self._tasks[name] = self._progress.add_task("", line=line, total=None)

    def done(self, name: str, how: str, size: int | None = None) -> None:
        """`name` is made; `how` says the way: "compiled"."""
        now = time.monotonic()
        took = now - self._started.pop(name, now)
        self._doing.pop(name, None)
        if name in self._tasks:
            self._progress.remove_task(self._tasks.pop(name))
        weight = decimal(size) if size is not None else ""
        self.say(f"  {name:<{_WIDTH}} {how:<12} {took:6.1f} s  {weight:>9}".rstrip())

    def beat(self) -> None:
        """Called while something long runs; speaks up in a log that has been quiet."""
        if not self._console.is_terminal and time.monotonic() - self._spoke > _QUIET:
            self.say(f"  … still at work: {', '.join(self._doing)}")

    def detail(self, text: str) -> None:
        """How far the artifact begun last has come: "12 of 70 MB"."""
        if self._doing:
            self.start(next(reversed(self._doing)), text)
        self.beat()

    def appearing(self, directory: Path, names: Iterable[str], doing: str, done: str) -> "Appearing":
        """A watch on programs that one command makes one after another."""
        return Appearing(self, directory, list(names), doing, done)


class Appearing:
    """Reports each of several files once it appears; call it now and then, and once at the end."""

    def __init__(self, report: Report, directory: Path, names: list[str], doing: str, done: str) -> None:
        self._report, self._directory, self._awaited, self._done = report, directory, names, done
        for name in names:
            report.start(name, doing)

    def __call__(self) -> None:
        for name in [name for name in self._awaited if (self._directory / name).is_file()]:
            self._awaited.remove(name)
            self._report.done(name, self._done, (self._directory / name).stat().st_size)
        self._report.beat()
