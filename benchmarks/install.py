"""Time from `git push` to four nodes Ready by Trailboss, beside a plain script with the same kubeadm commands.

Run by `make bench-install`; benchmarks/README.md tells what is compared, and what was measured.
"""

import os
from functools import partial
from typing import Annotated

import typer
from figures import Bar, Figures
from plain_install import time_script
from rounds import Contestants, measure, report, run_command
from trailboss_install import time_trailboss

from trailboss.cli.output import Output, OutputOption, error_console
from trailboss.lab import mirror
from trailboss.lab.engine import ensure_engine

_BARS = (Bar(other="script", limit=1.25),)


def install(
    *,
    rounds: Annotated[int, typer.Option(min=1, help="How often each contestant runs; they take turns to begin.")] = 1,
    kubernetes: Annotated[str, typer.Option(help="The Kubernetes version to install.")] = "1.34.4",
    output: OutputOption = Output.TEXT,
) -> None:
    """Measure how long Trailboss takes to install a cluster, and how long a plain script does, on hosts of the lab."""
    ensure_engine(error_console)
    mirror.ensure([kubernetes], console=error_console)
    contestants: Contestants = {
        "trailboss": partial(time_trailboss, kubernetes),
        "script": partial(time_script, kubernetes),
    }
    results = measure(contestants, rounds=rounds, workers=1, version=kubernetes)
    what, cpus = "four nodes Ready", os.cpu_count() or 0
    report(Figures(what=what, kubernetes=(kubernetes,), cpus=cpus, bars=_BARS, results=results), output)


if __name__ == "__main__":
    run_command(install)
