"""Addons: what a cluster gets beside Kubernetes itself, what a plan does with them, and where each stands."""

from datetime import timedelta
from typing import Any, Final, Literal

from trailboss.model.base import Frozen

AddonOperation = Literal["apply", "remove"]
AddonState = Literal["waiting", "running", "done", "failed", "skipped"]
Prune = Literal["yes", "no", "all"]

SHARED: Final = "addons"
"""The folder at a repository's root whose files every cluster may take for its addons."""


class HelmChart(Frozen):
    """`chart`: a folder or archive in the repository, or the URL of an archive. `values` stand over `values_from`."""

    chart: str
    release_name: str
    values_from: tuple[str, ...] = ()
    values: dict[str, Any] = {}


class Flux(Frozen):
    """Flux, and the repository that it follows. `secret`: name of a Secret in its namespace, "" for none.

    `install`: a file in the repository or a URL with Flux's own objects, "" to have the command flux write them.
    """

    install: str = ""
    url: str
    branch: str = "main"
    path: str = "./"
    secret: str = ""
    interval: timedelta = timedelta(minutes=1)
    prune: bool = True


class Addon(Frozen):
    """One addon of one cluster; exactly one of `manifests`, `kustomize`, `helm` and `flux` says what it is made of.

    Paths are from the repository's root; `files`: all of those that it is made of, sorted. `sha256`: of its one URL.
    `digest`: of all that its objects come from; the same digest asks for the same objects. `needs`: commands that a
    worker must have. `prune`: what happens to objects that it has no more: "all" deletes also what may hold data.
    `network`: it brings the pod network, so nodes are Ready only after it.
    """

    name: str
    manifests: tuple[str, ...] = ()
    kustomize: str = ""
    helm: HelmChart | None = None
    flux: Flux | None = None
    sha256: str = ""
    namespace: str = "default"
    depends_on: tuple[str, ...] = ()
    timeout: timedelta = timedelta(minutes=5)
    prune: Prune = "yes"
    force_conflicts: bool = False
    network: bool = False
    files: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    digest: str = ""

    @property
    def url(self) -> str:
        """Return the one URL that it is fetched from, "" if all of it is in the repository."""
        sources = (*self.manifests, self.helm.chart if self.helm else "", self.flux.install if self.flux else "")
        return next((source for source in sources if is_url(source)), "")


class AddonPlan(Frozen):
    """What a plan does with one addon, and why. `digest`: as the manifests have it now, "" for one that goes."""

    name: str
    operation: AddonOperation
    reason: str
    digest: str = ""
    depends_on: tuple[str, ...] = ()
    network: bool = False
    timeout_seconds: float = 300


class AddonProgress(Frozen):
    """Where an addon stands. `summary`: what was done, in counts; `problem`: why it failed or was left out."""

    name: str
    operation: AddonOperation = "apply"
    state: AddonState = "waiting"
    digest: str = ""
    summary: str = ""
    problem: str = ""


class AddonResult(Frozen):
    """What came of one addon, in one line for people; names and counts, never contents."""

    summary: str
    changed: bool = True


def is_url(source: str) -> bool:
    return source.startswith(("https://", "http://"))
