"""The stage of the end-to-end tests: what they do to a cluster, and how they look at it."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from temporalio.client import WorkflowExecution
from temporalio.testing import ActivityEnvironment

from trailboss.activities.command_line.access import list_nodes
from trailboss.activities.git.source import load_cluster_at
from trailboss.activities.planning.looking import LookingActivities
from trailboss.cli.live import settled
from trailboss.cli.reading import read_cluster
from trailboss.lab.engine.docker import docker
from trailboss.lab.hosts import Lab
from trailboss.lab.scene import Embedded, Origin, manifests
from trailboss.lab.temporal.options import temporal_binary
from trailboss.model import names
from trailboss.model.errors import BadInput
from trailboss.model.messages import ChangeContext
from trailboss.model.progress import ClusterStatus, OperationProgress
from trailboss.plan.observation import NodeSeen
from trailboss.ssh import SSHPool
from trailboss.worker.settings import load_settings
from trailboss.worker.ssh_defaults import ssh_defaults

NAME = "e2e"
POLL_SECONDS = 2.0
TRAILBOSS = Path(sys.executable).with_name("trailboss")
_ETCD = "/etc/kubernetes/pki/etcd"
_LIST_MEMBERS = (
    f"curl -sS --fail --cacert {_ETCD}/ca.crt --cert {_ETCD}/healthcheck-client.crt"
    f" --key {_ETCD}/healthcheck-client.key https://127.0.0.1:2379/v3/cluster/member/list -d '{{}}'"
)
# What each kubeadm command says once, whatever comes of it.
_FIRST_WORDS = {
    "init": r"\[init\] Using Kubernetes version",
    "join": r"\[preflight\] Reading configuration from",
    "upgrade": r"\[upgrade(?:/config)?\] Reading configuration from the",
}


@dataclass
class Ranch:
    """One cluster from its machines to its repository.

    `commit`: the last one that was pushed. `lost_by_plain_drain`: requests that failed while an administrator drained.
    """

    lab: Lab
    temporal: Embedded
    origin: Origin
    version: str
    commit: str = ""
    lost_by_plain_drain: int = 0

    def push(self, message: str, files: Mapping[str, str] | None = None) -> str:
        """Push `files`, or the manifests of all of the lab's hosts."""
        wanted = files if files is not None else manifests(self.lab, cluster=NAME, version=self.version)
        self.commit = self.origin.push(wanted, message)
        return self.commit

    async def status(self) -> ClusterStatus:
        return (await read_cluster(self.temporal.client, NAME)).status

    async def operation(self, machine: str, operation: str) -> OperationProgress | None:
        """Return where a machine's operation stands, None while there is no such operation."""
        change = (await self.status()).change
        found = change.operations if change else ()
        return next((each for each in found if (each.machine, each.operation) == (machine, operation)), None)

    async def operation_is(self, machine: str, operation: str, state: str) -> bool:
        found = await self.operation(machine, operation)
        return found is not None and found.state == state

    async def step_is(self, machine: str, operation: str, *steps: str) -> bool:
        """Tell whether the machine's operation is at one of these steps now."""
        found = await self.operation(machine, operation)
        return found is not None and found.state == "running" and found.step in steps

    async def is_settled(self) -> bool:
        """Tell whether the last push has been carried out, well or not; one that was not polled yet has not."""
        with suppress(BadInput):
            return settled(await self.status(), self.commit)
        return False

    async def unit_runs(self, host: str, step: str) -> bool:
        return bool(await asyncio.to_thread(self.running_unit, host, step))

    async def span(self, machine: str, operation: str) -> tuple[float, float]:
        """Return when a machine's operation began and ended, in seconds; the newest of that kind."""
        query = f"WorkflowType = '{names.MACHINE_WORKFLOW}' AND {names.ATTRIBUTE_CLUSTER} = '{NAME}'"
        async for execution in self.temporal.client.list_workflows(query):
            if execution.id.endswith(f"/{machine}/{operation}") and execution.close_time:
                return execution.start_time.timestamp(), execution.close_time.timestamp()
        raise AssertionError(f"{machine} was never to {operation}")

    async def changes(self) -> list[WorkflowExecution]:
        """Return the change workflows of the cluster that there ever were."""
        query = f"WorkflowType = '{names.CHANGE_WORKFLOW}' AND {names.ATTRIBUTE_CLUSTER} = '{NAME}'"
        return [execution async for execution in self.temporal.client.list_workflows(query)]

    async def nodes(self) -> tuple[NodeSeen, ...]:
        applied = (await self.status()).applied
        assert applied
        return await list_nodes(await load_cluster_at(applied), ssh_defaults(load_settings()))

    async def drift(self) -> tuple[str, ...] | None:
        """Return what the daily look would find, looked for now."""
        applied = (await self.status()).applied
        assert applied
        pool = SSHPool(ssh_defaults(load_settings()))
        try:
            context = ChangeContext(cluster=NAME, revision=applied, fence=0, initialised_before=True)
            return (await ActivityEnvironment().run(LookingActivities(pool).look_again, context)).drift
        finally:
            await pool.close()

    def signal(self, name: str) -> None:
        """Send a bare signal as an operator would, with Temporal's own command."""
        command = [str(temporal_binary()), "workflow", "signal", "--address", self.temporal.options.address]
        command += ["--workflow-id", names.cluster_id(NAME), "--name", name]
        subprocess.run(command, check=True, capture_output=True, text=True)

    def trailboss(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run Trailboss's own command, as an operator would."""
        environment = {**os.environ, "TEMPORAL_ADDRESS": self.temporal.options.address, "COLUMNS": "200"}
        return subprocess.run([TRAILBOSS, *words], check=False, capture_output=True, text=True, env=environment)

    async def settles(self, *, within: float) -> ClusterStatus:
        """Return how the cluster stands once the last push has been carried out."""
        await until(self.is_settled, within=within)
        return await self.status()

    async def phase_is(self, phase: str) -> bool:
        with suppress(BadInput):
            return (await self.status()).phase == phase
        return False

    def kubectl(self, host: str, words: str) -> str:
        return self.on_host(host, f"kubectl --kubeconfig /etc/kubernetes/admin.conf {words}")

    def etcd_members(self, host: str) -> list[str]:
        """Return the names of etcd's members as one of them tells; a learner has a `?` behind its name."""
        found = json.loads(self.on_host(host, _LIST_MEMBERS))["members"]
        return sorted(member.get("name", "") + ("?" if member.get("isLearner") else "") for member in found)

    def on_host(self, host: str, script: str) -> str:
        return docker("exec", self.lab.host(host).container, "bash", "-c", script)

    def running_unit(self, host: str, step: str) -> str:
        """Return the name of the step's unit that runs on the host now, "" if none does."""
        units = self.on_host(host, "systemctl list-units --no-legend --plain 'trailboss-step-*' || true")
        return next((line.split()[0] for line in units.splitlines() if f"-{step}.service" in line), "")

    def kubeadm_ended(self, host: str) -> int:
        """Count in the host's journal how often `kubeadm upgrade` came to its end there."""
        journal = self.on_host(host, "journalctl --no-pager --output cat --identifier trailboss")
        return journal.count("kubeadm upgraded this host to ")

    def kubeadm_runs(self, host: str) -> dict[str, int]:
        """Count in the host's journal how often each kubeadm command began there."""
        journal = self.on_host(host, "journalctl --no-pager --output cat --identifier trailboss")
        return {verb: len(re.findall(words, journal)) for verb, words in _FIRST_WORDS.items()}


async def until(holds: Callable[[], Awaitable[bool]], *, within: float) -> None:
    """Look again and again until something holds.

    Raises:
        TimeoutError: it has not come to that within `within` seconds.
    """
    async with asyncio.timeout(within):
        while not await holds():
            await asyncio.sleep(0.2)
