"""A small root file system out of Debian packages: extracted, never installed."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from trailboss.lab.mirror.commands import run
from trailboss.lab.mirror.errors import MirrorFailed

UNNEEDED = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/bash-completion", "usr/share/lintian")


def extract(packages: Sequence[str], work: Path) -> Path:
    """The packages and all they depend on, in a new directory below `work`.

    Maintainer scripts do not run: what Debian's alternatives would link, the caller links.
    """
    if not shutil.which("apt-get"):
        raise MirrorFailed(f"{', '.join(packages)} come from Debian packages, and apt-get is not here")
    downloads, root = _fresh(work / "packages"), _fresh(work / "root")
    _download(_with_dependencies(packages), downloads)
    for package in sorted(downloads.glob("*.deb")):
        run(["dpkg-deb", "-x", package, root])
    for directory in UNNEEDED:
        shutil.rmtree(root / directory, ignore_errors=True)
    shutil.rmtree(downloads)
    return root


def dependency_names(listing: str) -> list[str]:
    """Real packages in the output of `apt-cache depends --recurse`; virtual ones stand in angle brackets."""
    return sorted(set(re.findall(r"^([a-z0-9][a-z0-9.+-]*)(?::\w+)?$", listing, re.MULTILINE)))


def _with_dependencies(packages: Sequence[str]) -> list[str]:
    left_out = ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")
    options = [f"--no-{kind}" for kind in left_out]
    command = ["apt-cache", "depends", "--recurse", *options, *packages]
    try:
        return dependency_names(run(command))
    except MirrorFailed:
        run(["apt-get", "-q", "update"])  # a fresh machine has no package lists yet
        return dependency_names(run(command))


def _download(names: Sequence[str], directory: Path) -> None:
    # Downloading as root drops to a user who may not enter our cache.
    command = ["apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", *names]
    try:
        run(command, cwd=directory)
    except MirrorFailed:
        run(["apt-get", "-q", "update"])  # lists older than the archive name files that are gone
        run(command, cwd=directory)


def _fresh(directory: Path) -> Path:
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory
