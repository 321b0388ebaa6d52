"""Time from `git push` to four nodes Ready by Trailboss, beside a plain script with the same kubeadm commands.

Run by `make bench-install`; benchmarks/README.md tells what is compared, and what was measured.
"""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Annotated, NoReturn

import typer
from figures import CONTESTANTS, Contestant, Figures, Result, show
from plain_install import time_plain
from rich.console import Console
from stage import HOME, clean, fresh_lab, require_ready, use_own_home
from step_times import StepTime
from trailboss_install import time_trailboss

from trailboss.cli.output import Output, OutputOption, console, error_console, print_json, report_error
from trailboss.lab import mirror
from trailboss.lab.engine import ensure_engine
from trailboss.lab.hosts import Lab
from trailboss.model.errors import TrailbossError

_TIMED: Mapping[Contestant, Callable[[Lab, str, Console], tuple[float, list[StepTime]]]] = {
    "trailboss": time_trailboss,
    "plain script": time_plain,
}


def install(
    *,
    rounds: Annotated[int, typer.Option(min=1, help="How often each contestant runs; they take turns to begin.")] = 1,
    kubernetes: Annotated[str, typer.Option(help="The Kubernetes version to install.")] = "1.34.4",
    output: OutputOption = Output.TEXT,
) -> None:
    """Measure how long Trailboss takes to install a cluster, and how long a plain script does, on hosts of the lab."""
    ensure_engine(error_console)
    mirror.ensure([kubernetes], console=error_console)
    figures = Figures(kubernetes=kubernetes, cpus=os.cpu_count() or 0, results=_measure(rounds, kubernetes))
    if output is Output.JSON:
        print_json(figures)
    else:
        show(figures, console)


def _measure(rounds: int, version: str) -> tuple[Result, ...]:
    """Run every round. Afterwards nothing is left, but after a failure the logs."""
    use_own_home()
    try:
        results = [_run(who, number, version) for number in range(1, rounds + 1) for who in _order(number)]
    except KeyboardInterrupt:
        clean(error_console)
        raise
    clean(error_console)
    return tuple(results)


def _order(number: int) -> tuple[Contestant, ...]:
    """Whoever comes second finds a warmer machine: Trailboss goes first in odd rounds, second in even ones."""
    return CONTESTANTS if number % 2 else CONTESTANTS[::-1]


def _run(who: Contestant, number: int, version: str) -> Result:
    error_console.rule(f"round {number}: {who}", align="left")
    with fresh_lab(error_console) as lab:
        seconds, steps = _TIMED[who](lab, version, error_console)
        require_ready(lab, version)
    error_console.print(f"{who}: {seconds:.1f} s")
    return Result(contestant=who, round=number, seconds=round(seconds, 2), steps=tuple(steps))


def _leave(status: int) -> NoReturn:
    """End without waiting for the threads of Temporal's SDK, as the command line does (cli/main.py)."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # cleans up as Ctrl-C does
    try:
        typer.run(install)
    except TrailbossError as error:
        report_error(error)
        error_console.print(f"what was logged is in {HOME}")
        _leave(1)
    except SystemExit as ended:
        _leave(ended.code if isinstance(ended.code, int) else int(bool(ended.code)))
