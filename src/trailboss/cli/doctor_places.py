"""`trailboss doctor`: this machine, the repositories, and every machine of the clusters, over SSH from here."""

import asyncio
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from temporalio.client import Client

from trailboss import git
from trailboss.activities.git.threads import in_git_thread
from trailboss.activities.planning.observing import look_at
from trailboss.cli.doctor_findings import Finding, fail, ok, warn
from trailboss.cli.machines import cluster_now
from trailboss.cli.reading import ClusterView
from trailboss.facts import MachineFacts
from trailboss.model.cluster import Cluster
from trailboss.model.errors import RepositoryUnavailable, TrailbossError
from trailboss.model.machine import Machine
from trailboss.model.messages import RepositoryStatus
from trailboss.model.revision import Repository
from trailboss.model.supported import SUPPORTED, is_supported
from trailboss.plan.checks.hosts import MAX_CLOCK_SKEW_SECONDS, MIN_DISK_BYTES
from trailboss.ssh import SSHDefaults, SSHPool

_GIB = 1024**3
_LEAST, _ENOUGH = _GIB, 5 * _GIB
_MISSED_POLLS = 5


def home_finding(home: Path) -> Finding:
    """Look at the folder that a worker on this machine keeps things in."""
    place = next(path for path in (home, *home.parents) if path.exists())
    about, free = ("this machine", "disk"), shutil.disk_usage(place).free
    words = f"{free / _GIB:.1f} GiB free at {home}"
    if not os.access(place, os.W_OK):
        return fail(*about, f"{place} cannot be written", "change its owner, or set TRAILBOSS_HOME to another folder")
    if free < _LEAST:
        return fail(*about, words, "make room, or set TRAILBOSS_HOME: mirrors of repositories and snapshots lie there")
    if free < _ENOUGH:
        return warn(*about, words, "make room before snapshots fill it, or set `snapshots.store` elsewhere")
    return ok(*about, words)


async def repository_findings(statuses: list[RepositoryStatus]) -> list[Finding]:
    if not statuses:
        return [warn("repositories", "followed", "none", "`trailboss repo add NAME URL` follows one")]
    return [each for found in await asyncio.gather(*map(_repository, statuses)) for each in found]


async def _repository(status: RepositoryStatus) -> list[Finding]:
    about = f"repository {status.repository.name}"
    findings = [_polled(about, status), await _readable(about, status.repository)]
    rejected = {name: seen.problems for name, seen in (status.last.clusters if status.last else {}).items()}
    for name, problems in sorted(rejected.items()):
        if problems:
            mend = "mend the manifests and push; `trailboss validate` tells everything at once"
            findings.append(warn(about, f"cluster {name}", "; ".join(problems), mend))
    return findings


def _polled(about: str, status: RepositoryStatus) -> Finding:
    if status.last is None or status.last_polled_at is None:
        return warn(about, "polled", "not polled yet", "a worker polls it; `trailboss repo poll` does at once")
    if status.last.problem:
        return fail(about, "polled", status.last.problem, "see `trailboss repo list`")
    ago = (datetime.now(UTC) - status.last_polled_at).total_seconds()
    if status.next_poll_at and ago > _MISSED_POLLS * status.repository.interval_seconds + _MISSED_POLLS:
        return warn(about, "polled", f"{ago:.0f} s ago, and not since", "see to the worker")
    return ok(about, "polled", f"{ago:.0f} s ago, at {status.last.head[:12] or 'nothing'}")


async def _readable(about: str, repository: Repository) -> Finding:
    try:
        probed = await in_git_thread(git.probe, repository)
    except RepositoryUnavailable as error:
        mend = "give this machine the key and known hosts that the worker has, where it is to read it"
        return warn(about, "readable from here", str(error), mend)
    if not probed.head:
        return fail(about, "readable from here", probed.problem, "push a branch, or `trailboss repo add` with --branch")
    return ok(about, "readable from here", f"{repository.branch} at {probed.head[:12]}")


async def cluster_findings(client: Client, view: ClusterView, defaults: SSHDefaults) -> list[Finding]:
    """Look at one cluster: its state, its versions, and its machines."""
    about = f"cluster {view.status.name}"
    findings = [_state(about, view)]
    try:
        cluster = await cluster_now(client, view.status.name)
    except TrailbossError as error:
        return [
            *findings,
            fail(about, "manifests", str(error), "let this machine read the repository as the worker does"),
        ]
    findings += [_version(about, cluster, view.status.kubernetes_version)]
    return findings + await _machines(cluster, defaults)


def _state(about: str, view: ClusterView) -> Finding:
    words = " ".join(part for part in (view.shown_phase, view.status.message) if part)
    if view.shown_phase in ("Failed", "Refused", "Incomplete", "Aborted"):
        return warn(about, "state", words, f"see `trailboss status {view.status.name}`")
    if not view.answered:
        return warn(about, "state", words or "unknown", "no worker answered: start one")
    return ok(about, "state", words)


def _version(about: str, cluster: Cluster, running: str) -> Finding:
    for version in filter(None, (running, cluster.kubernetes_version)):
        major, minor = (int(part) for part in version.split(".")[:2])
        if not is_supported(major, minor):
            return fail(about, "Kubernetes", f"{version} is not supported", f"use {SUPPORTED}")
    behind = f", runs {running}" if running and running != cluster.kubernetes_version else ""
    return ok(about, "Kubernetes", f"{cluster.kubernetes_version}{behind}; supported: {SUPPORTED}")


async def _machines(cluster: Cluster, defaults: SSHDefaults) -> list[Finding]:
    pool = SSHPool(defaults)
    try:
        looks = await look_at(pool, cluster.machines)
    finally:
        await pool.close()
    return [each for machine in cluster.machines for each in _machine(cluster.name, machine, looks[machine.name])]


def _machine(cluster: str, machine: Machine, seen: MachineFacts | str) -> list[Finding]:
    about = f"machine {cluster}/{machine.name}"
    if isinstance(seen, str):
        return [fail(about, "SSH", seen, _mend(machine, seen))]
    way = f" through {machine.ssh.bastion}" if machine.ssh.bastion else ""
    found = f"{machine.ssh.user}@{machine.address}{way}, host key trusted, root"
    return [ok(about, "SSH", found), _clock(about, seen), _disk(about, seen)]


def _mend(machine: Machine, reason: str) -> str:
    if "sudo" in reason:
        return f"let {machine.ssh.user} use sudo without a password, or log in as root"
    if "known hosts" in reason or "host key" in reason.lower():
        return f"check the host, then `ssh-keyscan {machine.address}` into the known hosts"
    return (
        f"check address, port, user and key in the manifests; `ssh -v {machine.ssh.user}@{machine.address}` tells more"
    )


def _clock(about: str, seen: MachineFacts) -> Finding:
    skew = seen.clock_skew_seconds
    if skew is None:
        return warn(about, "clock", "unknown", "see that `date` works there")
    words = f"{abs(skew):.1f} s {'ahead of' if skew > 0 else 'behind'} this machine's"
    if abs(skew) > MAX_CLOCK_SKEW_SECONDS:
        return fail(about, "clock", words, "set it, and have NTP keep it (chrony, systemd-timesyncd), here and there")
    return ok(about, "clock", words)


def _disk(about: str, seen: MachineFacts) -> Finding:
    words = f"{seen.disk_free_bytes / _GIB:.1f} GiB free at /var/lib"
    if seen.disk_free_bytes < MIN_DISK_BYTES:
        return warn(about, "disk", words, f"make {MIN_DISK_BYTES // _GIB} GiB free, or the next upgrade is refused")
    return ok(about, "disk", words)
