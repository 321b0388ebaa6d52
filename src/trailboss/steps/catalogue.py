"""Every step that prepares a machine for kubeadm, in order; and those of an upgrade that work alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from trailboss.facts import MachineFacts
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.steps import (
    binaries,
    containerd,
    host_files,
    images,
    kernel,
    kubeadm_binary,
    kubelet,
    kubelet_service,
    packages,
    staging,
    swap,
)
from trailboss.steps.command import Command


@dataclass(frozen=True)
class PrepareStep:
    """`commands` returns what is still missing, nothing when all is right; it looks at `facts` and at no others.

    `long`: run it as a unit of its own.
    """

    name: str
    summary: str
    commands: Callable[[Cluster, Machine, MachineFacts], list[Command]]
    facts: tuple[str, ...]
    long: bool = False


_STEPS = (
    PrepareStep(
        "files", "write the files that the manifests have for every host", host_files.commands, facts=("host_files",)
    ),
    PrepareStep(
        "packages",
        "install what the host's distribution brings",
        packages.commands,
        facts=("missing_tools", "cni_plugins", "member"),
        long=True,
    ),
    PrepareStep(
        "kernel",
        "load kernel modules and set sysctls",
        kernel.commands,
        facts=("overlay", "bridge_netfilter", "sysctls", "files", "member"),
    ),
    PrepareStep("swap", "turn swap off", swap.commands, facts=("swaps", "fstab_swaps", "member")),
    PrepareStep(
        "containerd",
        "configure the container runtime",
        containerd.commands,
        facts=("containerd_version", "containerd_active", "containerd_enabled", "files", "member"),
    ),
    PrepareStep(
        "binaries",
        "download kubeadm, kubelet and kubectl",
        binaries.commands,
        facts=("binaries", "architecture", "member"),
        long=True,
    ),
    PrepareStep(
        "kubelet-service",
        "set the kubelet's service up",
        kubelet_service.commands,
        facts=("files", "kubelet_enabled", "member", "adopted"),
    ),
    PrepareStep("images", "bring the images", images.commands, facts=("image_lists", "images"), long=True),
)

PREPARE: Mapping[str, PrepareStep] = {step.name: step for step in _STEPS}

_UPGRADE_STEPS = (
    PrepareStep(
        "staged-binaries",
        "download kubeadm, kubelet and kubectl of the next version",
        staging.commands,
        facts=("staged", "binaries", "architecture"),
        long=True,
    ),
    PrepareStep("kubeadm-binary", "replace kubeadm", kubeadm_binary.commands, facts=("binaries",)),
    PrepareStep(
        "kubelet",
        "replace the kubelet and kubectl, and restart it",
        kubelet.commands,
        facts=("binaries", "files", "kubelet_active", "kubelet_enabled", "kubelet_running", "member", "adopted"),
    ),
)

UPGRADE: Mapping[str, PrepareStep] = {step.name: step for step in _UPGRADE_STEPS}
"""No plan's preparation has these; the stage that brings the next version has `staged-binaries` and `images`."""
