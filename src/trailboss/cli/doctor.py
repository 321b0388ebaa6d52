import asyncio
from collections.abc import Iterable
from itertools import groupby
from typing import Annotated

import typer
from rich.text import Text
from temporalio.client import Client

from trailboss.cli import completing
from trailboss.cli.connection import connected
from trailboss.cli.doctor_findings import Finding
from trailboss.cli.doctor_places import cluster_findings, home_finding, repository_findings
from trailboss.cli.doctor_temporal import temporal_findings, temporal_missing
from trailboss.cli.output import ExitStatus, Output, OutputOption, console, print_json, run_async
from trailboss.cli.reading import read_cluster, read_clusters
from trailboss.model.errors import TemporalUnreachable
from trailboss.triggers.schedule import list_repositories
from trailboss.worker.settings import Settings, load_settings
from trailboss.worker.ssh_defaults import ssh_defaults

_STATES = {"ok": ("ok  ", "green"), "warn": ("warn", "yellow"), "fail": ("fail", "bold red")}


def doctor(
    cluster: Annotated[
        str | None,
        typer.Argument(help="One cluster's name; all of them without it.", autocompletion=completing.clusters),
    ] = None,
    *,
    output: OutputOption = Output.TEXT,
) -> None:
    """Look at everything that Trailboss needs, and say how to mend what is not well. Nothing is changed.

    Temporal, its namespace and search attributes; workers and their version; room on this machine; repositories;
    of each cluster state and versions, and of each machine SSH, host key, sudo, clock and room, all of it seen from
    this machine. Exit status 1: something fails.
    """
    findings = run_async(_look(load_settings(), cluster))
    if output is Output.JSON:
        print_json(findings)
    else:
        _print(findings)
    failed = any(finding.state == "fail" for finding in findings)
    raise typer.Exit(ExitStatus.FAILED if failed else ExitStatus.OK)


async def _look(settings: Settings, cluster: str | None) -> list[Finding]:
    findings = [home_finding(settings.home)]
    try:
        async with connected() as client:
            findings += await temporal_findings(client, settings.task_queue)
            if not any(finding.check == "namespace" and finding.state == "fail" for finding in findings):
                findings += await _look_further(client, settings, cluster)
    except TemporalUnreachable as error:
        findings.append(temporal_missing(str(error)))
    return findings


async def _look_further(client: Client, settings: Settings, cluster: str | None) -> list[Finding]:
    views = (await read_cluster(client, cluster),) if cluster else await read_clusters(client)
    repositories = await repository_findings(await list_repositories(client))
    defaults = ssh_defaults(settings)
    found = await asyncio.gather(*(cluster_findings(client, view, defaults) for view in views))
    return [*repositories, *(each for findings in found for each in findings)]


def _print(findings: Iterable[Finding]) -> None:
    findings = list(findings)
    for about, group in groupby(findings, key=lambda finding: finding.about):
        console.print(Text(about, "bold"), soft_wrap=True)
        for finding in group:
            console.print(_line(finding), soft_wrap=True)
    counts = {state: sum(finding.state == state for finding in findings) for state in _STATES}
    words = f"{counts['ok']} ok, {counts['warn']} to look at, {counts['fail']} to mend"
    console.print(Text(words, "bold red" if counts["fail"] else "bold"))


def _line(finding: Finding) -> Text:
    words, style = _STATES[finding.state]
    text = Text.assemble("  ", (words, style), f" {finding.check}: {finding.found}")
    return text.append(f"\n       mend: {finding.mend}", "dim") if finding.mend else text
