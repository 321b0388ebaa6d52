"""Rounds in which the contestants of a benchmark take turns, and what every benchmark does around them."""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from typing import NoReturn

import typer
from figures import Contestant, Figures, Result, show
from rich.console import Console
from stage import HOME, clean, fresh_lab, require_ready, use_own_home
from step_times import StepTime

from trailboss.cli.output import Output, console, error_console, print_json, report_error
from trailboss.lab.hosts import Lab
from trailboss.model.errors import TrailbossError

Measured = tuple[float, list[StepTime]]
"""Seconds, and where they went."""
Contestants = Mapping[Contestant, Callable[[Lab, Console], Measured]]
"""Each brings the cluster on the hosts of a lab to where the clock stops, and tells how long that took."""


def measure(contestants: Contestants, *, rounds: int, workers: int, version: str) -> tuple[Result, ...]:
    """Run every round on fresh hosts, after which every node must have `version`.

    Afterwards nothing is left, but after a failure the logs.
    """
    use_own_home()
    turns = [(who, number) for number in range(1, rounds + 1) for who in order(tuple(contestants), number)]
    try:
        results = [_run(contestants, who, number, workers, version) for who, number in turns]
    except KeyboardInterrupt:
        clean(error_console)
        raise
    clean(error_console)
    return tuple(results)


def order(contestants: tuple[Contestant, ...], number: int) -> tuple[Contestant, ...]:
    """Whoever comes later finds a warmer machine: each round begins with the next of them."""
    first = (number - 1) % len(contestants)
    return contestants[first:] + contestants[:first]


def _run(contestants: Contestants, who: Contestant, number: int, workers: int, version: str) -> Result:
    error_console.rule(f"round {number}: {who}", align="left")
    with fresh_lab(error_console, workers=workers) as lab:
        seconds, steps = contestants[who](lab, error_console)
        require_ready(lab, version)
    error_console.print(f"{who}: {seconds:.1f} s")
    return Result(contestant=who, round=number, seconds=round(seconds, 2), steps=tuple(steps))


def report(figures: Figures, output: Output) -> None:
    if output is Output.JSON:
        print_json(figures)
    else:
        show(figures, console)


def run_command(command: Callable[..., None]) -> NoReturn:
    """Run a benchmark's command line, and end the process."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # cleans up as Ctrl-C does
    try:
        typer.run(command)
    except TrailbossError as error:
        report_error(error)
        error_console.print(f"what was logged is in {HOME}")
        _leave(1)
    except SystemExit as ended:
        _leave(ended.code if isinstance(ended.code, int) else int(bool(ended.code)))
    _leave(0)


def _leave(status: int) -> NoReturn:
    """End without waiting for the threads of Temporal's SDK, as the command line does (cli/main.py)."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
