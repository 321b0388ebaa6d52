"""kubeadm itself says which images its version wants; a table would know only the versions of its day."""

from pathlib import Path

from trailboss.lab.mirror.commands import run
from trailboss.lab.mirror.layout import Reference


def images_wanted(kubeadm: Path, version: str) -> list[Reference]:
    """Needs no network: the version is given. Raises MirrorFailed."""
    listing = run([kubeadm, "config", "images", "list", "--kubernetes-version", version])
    return [Reference.parse(line) for line in listing.splitlines() if line.strip()]
