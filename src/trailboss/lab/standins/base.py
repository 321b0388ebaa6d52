"""What all stand-ins stand on: a Debian minbase with this machine's certificate authorities, made by debootstrap."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from rich.console import Console

from trailboss.lab.engine.apt import MissingPrerequisite, apt_install, apt_proxies, debian_source, is_root_on_debian
from trailboss.lab.engine.docker import docker, docker_ok
from trailboss.lab.image.mounts import unmount_below
from trailboss.lab.mirror.commands import run
from trailboss.lab.mirror.digests import artifact, is_good
from trailboss.lab.standins.recipes import BASE_PACKAGES

REPOSITORY = "trailboss-standin-base"
_AUTHORITIES = Path("/usr/local/share/ca-certificates")
_SUITE = "bookworm"  # what the images' tags say of Debian, whichever release this machine has
_CHANGES = ('CMD ["/bin/bash"]', "LABEL trailboss.standin=true", "ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt")


def ensure_base(cache: Path, console: Console) -> str:
    """The base's tag, once the engine has it: from the engine, else the cache, else about a minute of debootstrap."""
    tag = f"{REPOSITORY}:{_digest()}"
    if docker_ok("image", "inspect", tag):
        return tag
    archive = cache / f"base-{_digest()}.tar"
    if not is_good(archive):
        _refuse_where_it_cannot_be_made(console)
        with artifact(archive) as part:
            _build(part, console)
    changes = [word for change in _CHANGES for word in ("--change", change)]
    docker("import", *changes, str(archive), tag, timeout=600)
    return tag


def _digest() -> str:
    hashed = hashlib.sha256("\n".join((_SUITE, *BASE_PACKAGES, *_CHANGES)).encode())
    for file in sorted(_AUTHORITIES.glob("*.crt")):
        hashed.update(file.read_bytes())
    return hashed.hexdigest()[:12]


def _refuse_where_it_cannot_be_made(console: Console) -> None:
    if not is_root_on_debian():
        raise MissingPrerequisite(
            "images cannot be pulled here, and stand-ins are made with debootstrap, as root on Debian: run this once "
            "with sudo -E, or copy ~/.cache/trailboss/compose from a machine where they were made"
        )
    if shutil.which("debootstrap") is None:
        apt_install(["debootstrap"], console, "it makes the base of stand-in images")


def _build(archive: Path, console: Console) -> None:
    console.print("  debootstrap: the base of all stand-ins, about a minute …")
    with tempfile.TemporaryDirectory(prefix="base-", dir=archive.parent) as directory:
        root = Path(directory) / "root"
        try:
            _bootstrap(root)
        finally:
            unmount_below(Path(directory))  # debootstrap cut off leaves /proc mounted there
        run(["tar", "--numeric-owner", "-C", root, "-cf", archive, "."])


def _bootstrap(root: Path) -> None:
    source = debian_source()
    options = ["--variant=minbase", f"--include={','.join(BASE_PACKAGES)}"]
    run(["debootstrap", *options, _SUITE, root, source.uri], env={**os.environ, **apt_proxies()})
    for file in _AUTHORITIES.glob("*.crt"):
        shutil.copy(file, root / _AUTHORITIES.relative_to("/"))
    run(["chroot", root, "update-ca-certificates"])
    for folder in ("var/lib/apt/lists", "var/cache/apt/archives", "usr/share/doc", "usr/share/man", "usr/share/locale"):
        shutil.rmtree(root / folder, ignore_errors=True)
        (root / folder).mkdir()
