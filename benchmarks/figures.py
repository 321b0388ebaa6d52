"""What was measured, and how it is shown."""

from statistics import median
from typing import Final, Literal

from pydantic import computed_field
from rich.console import Console
from rich.table import Table
from step_times import StepTime, steps_table

from trailboss.model.base import Frozen

Contestant = Literal["trailboss", "script", "ansible"]
CONTESTANTS: Final[tuple[Contestant, ...]] = ("trailboss", "script", "ansible")


class Result(Frozen):
    """One contestant's time in one round; `steps` by their start, in seconds since the clock started."""

    contestant: Contestant
    round: int
    seconds: float
    steps: tuple[StepTime, ...]


class Bar(Frozen):
    """What the ratio of Trailboss's median to `other`'s is asked to be: at most `limit`; with `less`, less than it."""

    other: Contestant
    limit: float
    less: bool = False

    def __str__(self) -> str:
        return f"{'less than' if self.less else 'at most'} {self.limit:.2f}"


class Figures(Frozen):
    """All that one run measured, in the order in which it ran.

    `what`: what the clock stops at. `kubernetes`: versions, in the order in which the cluster has them.
    """

    what: str
    kubernetes: tuple[str, ...]
    cpus: int
    bars: tuple[Bar, ...]
    results: tuple[Result, ...]

    @computed_field  # type: ignore[prop-decorator] # mypy knows no decorated properties
    @property
    def medians(self) -> dict[Contestant, float]:
        """Seconds, of those contestants that ran."""
        times = {who: [one.seconds for one in self.results if one.contestant == who] for who in CONTESTANTS}
        return {who: median(seconds) for who, seconds in times.items() if seconds}

    @computed_field  # type: ignore[prop-decorator]
    @property
    def ratios(self) -> dict[Contestant, float]:
        """The median of Trailboss's times by that of another contestant's, for every bar of which both ran."""
        own, medians = self.medians.get("trailboss"), self.medians
        return {bar.other: round(own / medians[bar.other], 3) for bar in self.bars if own and bar.other in medians}


def show(figures: Figures, console: Console) -> None:
    last = max(result.round for result in figures.results)
    for result in figures.results:
        if result.round == last:
            title = f"Round {result.round}, {result.contestant}: seconds since the start"
            console.print(title, steps_table(result.steps), "", sep="\n")
    versions = " to ".join(figures.kubernetes)
    console.print(f"Kubernetes {versions}, {figures.what}: seconds, {figures.cpus} CPUs", _times(figures), "", sep="\n")
    for bar in figures.bars:
        if bar.other in figures.ratios:
            console.print(f"trailboss : {bar.other} = {figures.ratios[bar.other]:.2f} ({bar} is asked for)")


def _times(figures: Figures) -> Table:
    """Return one line for each contestant, one column for each round."""
    table = Table("CONTESTANT", box=None, pad_edge=False)
    for number in sorted({result.round for result in figures.results}):
        table.add_column(f"ROUND {number}", justify="right")
    table.add_column("MEDIAN", justify="right")
    for who, middle in figures.medians.items():
        times = [f"{result.seconds:.1f}" for result in figures.results if result.contestant == who]
        table.add_row(who, *times, f"{middle:.1f}")
    return table
