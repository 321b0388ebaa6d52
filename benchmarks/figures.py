"""What was measured, and how it is shown."""

from statistics import median
from typing import Final, Literal

from pydantic import computed_field
from rich.console import Console
from rich.table import Table
from step_times import StepTime, steps_table

from trailboss.model.base import Frozen

Contestant = Literal["trailboss", "plain script"]
CONTESTANTS: Final[tuple[Contestant, ...]] = ("trailboss", "plain script")
_BAR = 1.25


class Result(Frozen):
    """One contestant's time in one round; `steps` by their start, in seconds since the clock started."""

    contestant: Contestant
    round: int
    seconds: float
    steps: tuple[StepTime, ...]


class Figures(Frozen):
    """All that one run measured, in the order in which it ran. `bar`: the ratio that is asked for at most."""

    kubernetes: str
    cpus: int
    results: tuple[Result, ...]
    bar: float = _BAR

    @computed_field  # type: ignore[prop-decorator] # mypy knows no decorated properties
    @property
    def medians(self) -> dict[Contestant, float]:
        return {who: median(one.seconds for one in self.results if one.contestant == who) for who in CONTESTANTS}

    @computed_field  # type: ignore[prop-decorator]
    @property
    def ratio(self) -> float:
        """The median of Trailboss's times by that of the plain script's."""
        return round(self.medians["trailboss"] / self.medians["plain script"], 3)


def show(figures: Figures, console: Console) -> None:
    last = max(result.round for result in figures.results)
    for result in figures.results:
        if result.round == last:
            title = f"Round {result.round}, {result.contestant}: seconds since the start"
            console.print(title, steps_table(result.steps), "", sep="\n")
    console.print(f"Kubernetes {figures.kubernetes}, four nodes Ready: seconds", _times(figures), "", sep="\n")
    console.print(f"ratio {figures.ratio:.2f} (at most {figures.bar:.2f} is asked for), {figures.cpus} CPUs")


def _times(figures: Figures) -> Table:
    """Return one line for each contestant, one column for each round."""
    table = Table("CONTESTANT", box=None, pad_edge=False)
    for number in sorted({result.round for result in figures.results}):
        table.add_column(f"ROUND {number}", justify="right")
    table.add_column("MEDIAN", justify="right")
    for who in CONTESTANTS:
        times = [f"{result.seconds:.1f}" for result in figures.results if result.contestant == who]
        table.add_row(who, *times, f"{figures.medians[who]:.1f}")
    return table
