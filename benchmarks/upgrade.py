"""Time to upgrade a cluster by one minor: Trailboss, from `git push` to Ready, beside a plain script and Ansible.

Run by `make bench-upgrade`; benchmarks/README.md tells what is compared, and what was measured.
"""

import os
from typing import Annotated

import typer
from ansible_upgrade import ensure_ansible
from figures import CONTESTANTS, Bar, Contestant, Figures
from rounds import Contestants, measure, report, run_command
from upgrading import Upgrade

from trailboss.cli.output import Output, OutputOption, error_console
from trailboss.lab import mirror
from trailboss.lab.engine import ensure_engine

_BARS = (Bar(other="script", limit=1.1), Bar(other="ansible", limit=1.0, less=True))
_WORKERS = 2
_ALL = ",".join(CONTESTANTS)


def upgrade(
    *,
    rounds: Annotated[int, typer.Option(min=1, help="How often each contestant runs; they take turns to begin.")] = 1,
    contestants: Annotated[str, typer.Option(help="Who takes part; names with commas between them.")] = _ALL,
    older: Annotated[str, typer.Option(help="The Kubernetes version that is installed first, untimed.")] = "1.33.4",
    newer: Annotated[str, typer.Option(help="The Kubernetes version to upgrade to.")] = "1.34.4",
    output: OutputOption = Output.TEXT,
) -> None:
    """Measure how long Trailboss takes to upgrade a cluster, and how long a plain script and Ansible do."""
    chosen = _chosen(contestants)
    ensure_engine(error_console)
    mirror.ensure([older, newer], console=error_console)
    if "ansible" in chosen:
        ensure_ansible(error_console)
    hop = Upgrade(older=older, newer=newer)
    ways: Contestants = {"trailboss": hop.by_trailboss, "script": hop.by_script, "ansible": hop.by_ansible}
    taking_part = {who: ways[who] for who in chosen}
    results = measure(taking_part, rounds=rounds, workers=_WORKERS, version=newer)
    what, cpus = "five nodes upgraded", os.cpu_count() or 0
    report(Figures(what=what, kubernetes=(older, newer), cpus=cpus, bars=_BARS, results=results), output)


def _chosen(names: str) -> tuple[Contestant, ...]:
    wanted = [name.strip() for name in names.split(",")]
    unknown = [name for name in wanted if name not in CONTESTANTS]
    if unknown:
        message = f"{', '.join(map(repr, unknown))}: not among {', '.join(CONTESTANTS)}"
        raise typer.BadParameter(message, param_hint="--contestants")
    return tuple(who for who in CONTESTANTS if who in wanted)


if __name__ == "__main__":
    run_command(upgrade)
