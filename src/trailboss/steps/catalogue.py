"""Every step that prepares a machine for kubeadm, in order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from trailboss.facts import MachineFacts
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.steps import binaries, containerd, images, kernel, kubelet_service, packages, swap
from trailboss.steps.command import Command


@dataclass(frozen=True)
class PrepareStep:
    """`commands` returns what is still missing, nothing when all is right. `long`: run it as a unit of its own."""

    name: str
    summary: str
    commands: Callable[[Cluster, Machine, MachineFacts], list[Command]]
    long: bool = False


_STEPS = (
    PrepareStep("packages", "install what the host's distribution brings", packages.commands, long=True),
    PrepareStep("kernel", "load kernel modules and set sysctls", kernel.commands),
    PrepareStep("swap", "turn swap off", swap.commands),
    PrepareStep("containerd", "configure the container runtime", containerd.commands),
    PrepareStep("binaries", "download kubeadm, kubelet and kubectl", binaries.commands, long=True),
    PrepareStep("kubelet-service", "set the kubelet's service up", kubelet_service.commands),
    PrepareStep("images", "bring the images", images.commands, long=True),
)

PREPARE: Mapping[str, PrepareStep] = {step.name: step for step in _STEPS}
