"""A cluster whose machines are one SSH server in this process, which leads to the API server of tests/unit/kube."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from tests.unit.kube.fake_api import FakeApi
from tests.unit.kube.serving import serving
from tests.unit.workflows.plans import revision

import trailboss.activities.api as api_module
from trailboss.activities import place
from trailboss.activities.planning import observing
from trailboss.model.cluster import Cluster
from trailboss.model.errors import RevisionGone
from trailboss.model.machine import Machine, SSHAccess
from trailboss.model.messages import ChangeContext, StepInput
from trailboss.model.revision import Revision
from trailboss.ssh import SSHDefaults, SSHPool


@dataclass
class Ranch:
    """`answers`: a word of a script → what it prints, on every host. `down`: hosts that do not let anybody in.

    `clusters`: by commit, as Git would have them. `ran`: (host, script) of all that was run.
    """

    api: FakeApi
    pool: SSHPool
    access: SSHAccess
    clusters: dict[str, Cluster] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    facts: dict[str, dict[str, str]] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    ran: list[tuple[str, str]] = field(default_factory=list)

    def machine(self, name: str, version: str = "1.34.4") -> Machine:
        role = "control-plane" if name.startswith("cp") else "worker"
        access = self.access.model_copy(update={"user": name})
        given = {"name": name, "role": role, "address": "127.0.0.1", "kubernetes_version": version, "ssh": access}
        return Machine.model_validate(given)

    def push(self, digit: str, names: str, *, version: str = "1.34.4", **given: Any) -> Cluster:  # noqa: ANN401
        """Make a revision of `names`; `given`: fields of the cluster."""
        machines = tuple(self.machine(name, version) for name in names.split())
        fields = {"name": "demo", "kubernetes_version": version, "pod_network": "none", "machines": machines, **given}
        made = self.clusters[revision(digit).commit] = Cluster.model_validate(fields)
        return made

    async def load(self, wanted: Revision) -> Cluster:
        if wanted.commit not in self.clusters:
            raise RevisionGone(wanted.commit)
        return self.clusters[wanted.commit]

    def answer(self, host: str, script: str) -> tuple[str, int]:
        self.ran.append((host, script))
        if "@@trailboss-fact" in script:
            return _printed(
                {"owner": "demo", "member": "join", "epoch": str(time.time())} | self.facts.get(host, {})
            ), 0
        found = [answer for word, answer in self.answers.items() if word in script]
        return (found[0], 0) if found else ("no such answer", 1)


def step(name: str, machine: str, *, digit: str = "b", applied: str = "", force: bool = False) -> StepInput:
    before = revision(applied) if applied else None
    context = ChangeContext(cluster="demo", revision=revision(digit), fence=2, applied=before)
    return StepInput(context=context, machine=machine, step=name, force=force)


@asynccontextmanager
async def ranch(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ranch]:
    key = asyncssh.generate_private_key("ssh-ed25519")
    pool = SSHPool(SSHDefaults(connect_timeout=timedelta(seconds=5)))
    with serving(folder) as fake:
        made = Ranch(fake, pool, SSHAccess())

        async def run(process: asyncssh.SSHServerProcess[str]) -> None:
            output, status = made.answer(process.get_extra_info("username"), await process.stdin.read())
            process.stdout.write(output)
            process.exit(status)

        server = await asyncssh.create_server(
            lambda: _Door(made), "127.0.0.1", 0, server_host_keys=[key], process_factory=run
        )
        async with server:
            known = f"[127.0.0.1]:{server.get_port()} {key.export_public_key().decode().strip()}"
            made.access = SSHAccess(port=server.get_port(), known_hosts=(known,))
            made.answers["admin.conf"] = fake.kubeconfig
            monkeypatch.setattr(api_module, "API_PORT", fake.port)
            monkeypatch.setattr(place, "load_cluster_at", made.load)
            monkeypatch.setattr(observing, "load_cluster_at", made.load)
            yield made
            await pool.close()


class _Door(asyncssh.SSHServer):
    def __init__(self, made: Ranch) -> None:
        self._made = made

    def begin_auth(self, username: str) -> bool:
        return username in self._made.down  # whom it asks for a key is not let in

    def connection_requested(self, *_given: object) -> bool:
        return True


def _printed(values: dict[str, str]) -> str:
    sections = [f"\n@@trailboss-fact {name}\n{value}\n" for name, value in values.items()]
    return "".join([*sections, "\n@@trailboss-fact end\n"])
