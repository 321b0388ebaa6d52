"""Stand-ins for the activities, so that workflows run on a real Temporal server and on no host.

Only what the hosts would do is stood in for; the order of calls is recorded and steps can be held or made to fail.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from trailboss.model.messages import ChangeContext, StepInput, StepResult
from trailboss.model.plan import MachineOperation, Plan, Stage, Step
from trailboss.model.revision import Repository, Revision

REPOSITORY = Repository(name="fleet", url="/nowhere")
STEPS = ("kernel", "containerd", "kubeadm-init", "kubeadm-join", "etcd-member", "pod-network", "node-ready")


def revision(digit: str) -> Revision:
    return Revision(
        repository=REPOSITORY, commit=digit * 40, path="clusters/demo", digest="d" + digit * 39, subject=f"push {digit}"
    )


def operation(machine: str, name: str, *steps: str) -> MachineOperation:
    role = "control-plane" if machine.startswith("cp") else "worker"
    planned = tuple(Step(name=step, reason="it is missing") for step in steps)
    return MachineOperation.model_validate({"machine": machine, "role": role, "operation": name, "steps": planned})


def new_cluster(*workers: str) -> Plan:
    everyone = ("cp-1", "cp-2", "cp-3", *workers)
    return Plan(
        cluster="demo",
        kubernetes_version="1.34.4",
        stages=(
            Stage(
                name="prepare machines",
                parallel=16,
                operations=tuple(operation(m, "prepare", "kernel") for m in everyone),
            ),
            Stage(name="first control plane", parallel=1, operations=(operation("cp-1", "init", "kubeadm-init"),)),
            Stage(
                name="control planes",
                parallel=1,
                operations=tuple(operation(m, "join", "kubeadm-join", "etcd-member") for m in ("cp-2", "cp-3")),
            ),
            Stage(name="workers", parallel=16, operations=tuple(operation(m, "join", "kubeadm-join") for m in workers)),
            Stage(name="settle", parallel=16, operations=tuple(operation(m, "settle", "node-ready") for m in everyone)),
        ),
    )


@dataclass
class Herd:
    """Records every step as "machine step" when it begins. `hold`: steps that wait for `release`; `fail`: that fail."""

    plans: list[Plan]
    calls: list[str] = field(default_factory=list)
    hold: set[str] = field(default_factory=set)
    fail: set[str] = field(default_factory=set)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        self.hold.clear()
        self.released.set()

    async def until_called(self, call: str) -> None:
        async with asyncio.timeout(20):
            while call not in self.calls:
                await asyncio.sleep(0.02)

    def activities(self) -> list[Callable[..., Any]]:
        @activity.defn(name="plan_change")
        async def plan_change(_context: ChangeContext) -> Plan:
            self.calls.append("plan")
            return self.plans.pop(0) if len(self.plans) > 1 else self.plans[0]

        return [plan_change, *[self._step(name) for name in STEPS]]

    def _step(self, name: str) -> Callable[..., Any]:
        @activity.defn(name=name)
        async def step(given: StepInput) -> StepResult:
            call = f"{given.machine} {given.step}"
            self.calls.append(call)
            if call in self.hold:
                await self.released.wait()
            if call in self.fail:
                raise ApplicationError(f"{given.machine}: the end of its output", type="StepFailed", non_retryable=True)
            return StepResult(summary="done")

        return step
