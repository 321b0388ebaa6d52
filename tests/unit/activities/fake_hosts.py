"""Hosts of a cluster without SSH: etcd answers, everything else is remembered and ends well."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment
from tests.unit.activities.fake_etcd import Etcd

from trailboss.activities import gate
from trailboss.activities.place import Place
from trailboss.model.cluster import Cluster
from trailboss.model.errors import HostUnreachable
from trailboss.model.machine import Machine
from trailboss.model.messages import ChangeContext, StepInput, StepResult
from trailboss.model.revision import Repository, Revision
from trailboss.ssh import Host, SSHDefaults, SSHPool, Writer

POOL = SSHPool(SSHDefaults())
REVISION = Revision(repository=Repository(name="r", url="https://git.example/r"), commit="c0ffee", path="p", digest="d")


def machine(name: str) -> Machine:
    role = "control-plane" if name.startswith("cp") else "worker"
    address = f"10.0.{role == 'worker':d}.{name.partition('-')[2]}"
    return Machine.model_validate({"name": name, "role": role, "address": address, "kubernetes_version": "1.34.4"})


def cluster(*names: str, **given: object) -> Cluster:
    machines = tuple(machine(name) for name in names)
    return Cluster.model_validate({"name": "demo", "kubernetes_version": "1.34.4", "machines": machines, **given})


def place(of: Cluster, name: str, step: str) -> Place:
    one = machine(name)
    return Place(of, one, Host(POOL, one), Writer("demo", 7), step)


class Stage:
    """Puts an activity on a machine of a cluster.

    `scripts` has what ran: (machine, script). `facts`: what each fact's command prints, on every machine. `output`:
    what long actions end with; `outcomes`: how those did that ran before, one after the other. `answers`: a word of a
    script that reads → what it prints.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, etcd: Etcd | None = None, output: str = "") -> None:
        self.etcd = etcd
        self.output = output
        self.facts: dict[str, str] = {}
        self.answers: dict[str, str] = {}
        self.outcomes = ["none"]
        self.scripts: list[tuple[str, str]] = []
        self._monkeypatch = monkeypatch
        monkeypatch.setattr(Host, "read", self._read())
        monkeypatch.setattr(gate, "_PAUSE_SECONDS", 0.0)

    async def run(
        self, module: object, activity: Callable[[StepInput], Awaitable[StepResult]], of: Cluster, name: str
    ) -> StepResult:
        """Run `activity` of `module`, for whom waiting ends at once."""

        async def find(_pool: SSHPool, step: StepInput) -> Place:
            return place(of, step.machine, step.step)

        self._monkeypatch.setattr(module, "find", find)
        for limit in ("_GATE", "_HANDOVER"):
            if hasattr(module, limit):
                self._monkeypatch.setattr(module, limit, timedelta(seconds=0.05))
        context = ChangeContext(cluster=of.name, revision=REVISION, fence=7)
        return await ActivityEnvironment().run(activity, StepInput(context=context, machine=name, step="step"))

    async def refused(
        self, module: object, activity: Callable[[StepInput], Awaitable[StepResult]], of: Cluster, name: str
    ) -> ApplicationError:
        with pytest.raises(ApplicationError) as caught:
            await self.run(module, activity, of, name)
        return caught.value

    def _read(self) -> Callable[..., Awaitable[str]]:
        stage = self

        async def read(host: Host, script: str, *, summary: str, within: timedelta = timedelta(0)) -> str:
            assert summary
            assert within >= timedelta(0)
            if stage.etcd and host.machine.name in stage.etcd.down:
                raise HostUnreachable(f"{host.machine.name}: no route to host")
            if "@@trailboss-fact" in script:
                return "".join(f"\n@@trailboss-fact {k}\n{v}\n" for k, v in {**stage.facts, "end": ""}.items())
            if summary.startswith("look for "):
                return stage.outcomes.pop(0)
            stage.scripts.append((host.machine.name, script))
            if stage.etcd and "/v3/" in script and "run.sh" not in script:
                return stage.etcd.answer(host.machine, script)
            found = [answer for word, answer in stage.answers.items() if word in script and "run.sh" not in script]
            return found[0] if found else stage.output if "run.sh" in script else ""

        return read

    def long_actions(self) -> list[tuple[str, str]]:
        """Return machine and unit of each long action that was started or attached to."""
        found = [(name, re.search(r"^unit=(\S+)$", script, re.MULTILINE)) for name, script in self.scripts]
        return [(name, unit[1]) for name, unit in found if unit]
