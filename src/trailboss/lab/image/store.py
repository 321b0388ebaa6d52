"""The host image: in the engine, else loaded from the cache, else built."""

import hashlib
import shutil
from pathlib import Path

from rich.console import Console

from trailboss.lab.engine.apt import debian_source, os_release
from trailboss.lab.engine.docker import docker, docker_ok
from trailboss.lab.image import recipe
from trailboss.lab.image.build import build_rootfs
from trailboss.lab.image.mounts import unmount_below
from trailboss.lab.lock import exclusive
from trailboss.lab.paths import cache_root


def ensure_image(console: Console) -> str:
    """The host image's tag, once the engine has it. Safe to interrupt: a cached archive counts only with its digest."""
    suite = _suite()
    tag = recipe.tag(suite)
    if docker_ok("image", "inspect", tag):
        return tag
    directory = cache_root() / "lab"
    directory.mkdir(parents=True, exist_ok=True)
    archive = directory / f"host-{recipe.digest(suite)}.tar"
    with exclusive(directory / "image.lock"):
        if not _is_whole(archive):
            _build(archive, console)
        console.print("Loading the lab's host image into the engine: seconds …")
        changes = [part for change in recipe.CHANGES for part in ("--change", change)]
        docker("import", *changes, str(archive), tag, timeout=600)
    return tag


def _suite() -> str:
    """The Debian release the image is made of: this machine's own; elsewhere only a ready-made archive can serve."""
    return debian_source().suite if os_release().get("ID") == "debian" else "bookworm"


def _build(archive: Path, console: Console) -> None:
    for leftover in archive.parent.glob("rootfs-*"):
        unmount_below(leftover)
        shutil.rmtree(leftover, ignore_errors=True)
    archive.unlink(missing_ok=True)
    _digest_file(archive).unlink(missing_ok=True)
    build_rootfs(archive, console)
    with archive.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    _digest_file(archive).write_text(f"{digest}  {archive.name}\n")


def _is_whole(archive: Path) -> bool:
    if not archive.exists() or not _digest_file(archive).exists():
        return False
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    return _digest_file(archive).read_text().split()[:1] == [found]


def _digest_file(archive: Path) -> Path:
    return archive.with_suffix(".tar.sha256")
