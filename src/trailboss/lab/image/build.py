"""A root file system from Debian packages alone, since a closed network has no images to pull."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from rich.console import Console

from trailboss.lab.engine.apt import MissingPrerequisite, apt_install, apt_proxies, debian_source, is_root_on_debian
from trailboss.lab.image import recipe
from trailboss.lab.image.mounts import unmount_below


def build_rootfs(archive: Path, console: Console) -> None:
    """Write the host's root file system as a tar at `archive`. Takes about two minutes and 1 GB while it runs."""
    _require_debootstrap(console)
    console.print("Building the lab's host image from Debian packages: about two minutes, once …")
    with tempfile.TemporaryDirectory(prefix="rootfs-", dir=archive.parent) as directory:
        try:
            _build(Path(directory) / "root", archive, console)
        finally:
            unmount_below(Path(directory))  # debootstrap cut off leaves /proc mounted there, and the folder goes now


def _build(root: Path, archive: Path, console: Console) -> None:
    _debootstrap(root, console)
    _place_files(root)
    _run(["chroot", str(root), "/bin/bash", "/setup.sh"], "setting up the host image")
    (root / "setup.sh").unlink()
    console.print("  packing the host image …")
    _run(["tar", "--numeric-owner", "--xattrs", "-C", str(root), "-cf", str(archive), "."], "packing the image")


def _require_debootstrap(console: Console) -> None:
    if not is_root_on_debian():
        raise MissingPrerequisite(
            "the lab's host image is built with debootstrap, as root on Debian: run this once with sudo -E, "
            "or copy ~/.cache/trailboss/lab from a machine where it was built"
        )
    if shutil.which("debootstrap") is None:
        apt_install(["debootstrap"], console, "it builds the lab's host image")


def _debootstrap(root: Path, console: Console) -> None:
    source = debian_source()
    include = "--include=" + ",".join(recipe.PACKAGES)
    command = ["debootstrap", "--variant=minbase", include, source.suite, str(root), source.uri]
    console.print(f"  debootstrap {source.suite} from {source.uri} …")
    _run(command, "debootstrap", {**os.environ, **apt_proxies()})


def _place_files(root: Path) -> None:
    for name, path in recipe.FILES.items():
        target = root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(recipe.content(name))


def _run(command: list[str], what: str, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise MissingPrerequisite(f"{what} failed: {(done.stderr + done.stdout)[-2000:]}")
