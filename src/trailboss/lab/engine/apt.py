"""Debian's package manager on the machine the lab runs on: what it is told, and what it knows."""

import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from trailboss.model.errors import PermanentError


class MissingPrerequisite(PermanentError):
    """This machine cannot run a lab as it is; the message says what to do."""


class AptSource(NamedTuple):
    uri: str
    suite: str
    components: tuple[str, ...]


def os_release(path: Path = Path("/etc/os-release")) -> dict[str, str]:
    if not path.exists():
        return {}
    pairs = (line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)
    return {key: "".join(shlex.split(value)) for key, value in pairs}


def is_root_on_debian() -> bool:
    return os.geteuid() == 0 and os_release().get("ID") == "debian"


def apt_install(packages: list[str], console: Console, why: str) -> None:
    """`apt-get install`, without recommended packages. Raises MissingPrerequisite with the end of apt's output."""
    console.print(f"Installing {', '.join(packages)} ({why}); under a minute on a fast network …")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    wait = ("-o", "DPkg::Lock::Timeout=120")
    install = ["apt-get", *wait, "install", "--yes", "--quiet", "--no-install-recommends", *packages]
    for command in (["apt-get", *wait, "update", "--quiet"], install):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        # A third party's source that cannot be read fails the update and does not matter here; the install tells.
        if done.returncode != 0 and command is install:
            raise MissingPrerequisite(f"{shlex.join(command)} failed: {(done.stderr or done.stdout)[-1500:]}")


def debian_source(directory: Path = Path("/etc/apt")) -> AptSource:
    """The machine's own source of Debian itself: the first whose suite is the release's codename, with `main`."""
    codename = os_release().get("VERSION_CODENAME", "")
    for source in _sources(directory):
        if source.suite == codename and "main" in source.components:
            return source
    raise MissingPrerequisite(f"no APT source in {directory} offers {codename or 'this release'} main")


def apt_proxies() -> dict[str, str]:
    """Environment for tools that do not read APT's own configuration, such as debootstrap's wget."""
    found = {}
    for scheme in ("http", "https"):
        command = ["apt-config", "shell", "PROXY", f"Acquire::{scheme}::Proxy"]
        said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        if match := re.search(r"PROXY='(.+)'", said):
            found[f"{scheme}_proxy"] = match[1]
    return {key: value for key, value in found.items() if value not in {"DIRECT", "false"}}


def _sources(directory: Path) -> list[AptSource]:
    parts = directory / "sources.list.d"
    one_line = [directory / "sources.list", *sorted(parts.glob("*.list"))]
    lines = [line for path in one_line if path.exists() for line in path.read_text().splitlines()]
    blocks = [block for path in sorted(parts.glob("*.sources")) for block in re.split(r"\n\s*\n", path.read_text())]
    return [*_from_lines(lines), *(source for block in blocks for source in _from_block(block))]


def _from_lines(lines: list[str]) -> list[AptSource]:
    pattern = re.compile(r"deb\s+(?:\[[^]]*]\s+)?(\S+)\s+(\S+)\s+(.+)")
    matches = [match for line in lines if (match := pattern.match(line.split("#")[0].strip()))]
    return [AptSource(match[1], match[2], tuple(match[3].split())) for match in matches]


def _from_block(block: str) -> list[AptSource]:
    pairs = re.findall(r"^([A-Za-z-]+):[ \t]*(.*)$", block, re.MULTILINE)
    fields = {key.lower(): value.split() for key, value in pairs}
    if "deb" not in fields.get("types", []) or fields.get("enabled") == ["no"]:
        return []
    components = tuple(fields.get("components", []))
    return [AptSource(uri, suite, components) for uri in fields["uris"] for suite in fields["suites"]]
