"""Names and places of artifacts in the mirror; upstream's own, so that any host tool finds them."""

import re
from dataclasses import dataclass
from pathlib import Path

from trailboss.lab.paths import cache_root
from trailboss.model.errors import BadInput
from trailboss.model.problem import Problem

BINARIES = ("kubeadm", "kubelet", "kubectl")
"""What a host installs, by upstream's file names."""

KUBERNETES_IMAGES = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy")
"""Images whose tag is the Kubernetes version itself; the other tags are kubeadm's to say."""

RECIPE = "2"
"""Grows whenever what is compiled or packed here changes, so that older artifacts in a cache are made anew."""

_RELEASE = re.compile(r"v?(\d+\.\d+\.\d+(?:-(?:alpha|beta|rc)\.\d+)?)")


def version_tag(text: str) -> str:
    """`1.34.4` or `v1.34.4` as upstream writes it: `v1.34.4`. Raises BadInput."""
    if found := _RELEASE.fullmatch(text.strip()):
        return f"v{found[1]}"
    allowed = "a whole release such as 1.34.4"
    raise BadInput((Problem(file="kubernetes", found=text, allowed=allowed, message="not a version"),))


def mirror_root() -> Path:
    """The directory to serve over HTTP: `<cache>/mirror`."""
    return cache_root() / "mirror"


@dataclass(frozen=True)
class Reference:
    """An image as kubeadm names it: `registry.k8s.io/coredns/coredns:v1.12.1`."""

    registry: str
    repository: str
    tag: str

    @classmethod
    def parse(cls, text: str) -> "Reference":
        registry, _, rest = text.strip().partition("/")
        repository, _, tag = rest.rpartition(":")
        return cls(registry, repository, tag)

    @property
    def name(self) -> str:
        """The last part of the repository: `coredns`."""
        return self.repository.rpartition("/")[2]

    def __str__(self) -> str:
        return f"{self.registry}/{self.repository}:{self.tag}"


@dataclass(frozen=True)
class VersionLayout:
    """Where one Kubernetes version's artifacts lie. `version` is upstream's tag, with the `v`."""

    root: Path
    version: str

    @property
    def release(self) -> Path:
        return self.root / "release" / self.version

    @property
    def binaries(self) -> Path:
        return self.release / "bin" / "linux" / "amd64"

    @property
    def images(self) -> Path:
        return self.root / "images" / self.version

    @property
    def image_index(self) -> Path:
        """One line for each image: `<sha256 of the archive>  <file>  <reference>`."""
        return self.images / "IMAGES"

    @property
    def source(self) -> Path:
        """How this version came to be: `upstream` or `compile`."""
        return self.release / "SOURCE"

    @property
    def recipe(self) -> Path:
        """By which RECIPE a version was compiled; not there for one from upstream."""
        return self.release / "RECIPE"

    @property
    def outdated(self) -> bool:
        """True of what was compiled by another recipe than today's."""
        compiled = self.source.is_file() and self.source.read_text().strip() == "compile"
        return compiled and not (self.recipe.is_file() and self.recipe.read_text().strip() == RECIPE)

    @property
    def sums(self) -> Path:
        """SHA-256 of every file of the version; written last: its presence says that the version is complete."""
        return self.release / "SHA256SUMS"

    def binary(self, name: str) -> Path:
        return self.binaries / name

    def image(self, name: str) -> Path:
        return self.images / f"{name}.tar"
