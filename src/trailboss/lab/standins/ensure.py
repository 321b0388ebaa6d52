"""Every image of a compose file: in the engine, else pulled, else a stand-in from the cache, else one made now."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml
from rich.console import Console

from trailboss.lab.engine.docker import DockerFailed, docker, inspect
from trailboss.lab.mirror.digests import artifact, is_good, remove_parts
from trailboss.lab.mirror.lock import build_lock
from trailboss.lab.mirror.progress import Report
from trailboss.lab.paths import cache_root
from trailboss.lab.standins.base import ensure_base
from trailboss.lab.standins.build import build_image
from trailboss.lab.standins.programs import made
from trailboss.lab.standins.recipes import RECIPES, Recipe

LABEL = "trailboss.standin"
RECIPE = "trailboss.standin.recipe"
_PULL_SECONDS = 900.0
_UNREACHABLE = re.compile(r"no such host|timeout|timed out|connection refused|unreachable|no answer", re.IGNORECASE)

State = Literal["there", "pulled", "stand-in", "missing"]


@dataclass(frozen=True)
class Image:
    """`state` "missing": it cannot be pulled, and nothing stands in for it."""

    reference: str
    state: State


def wanted(compose: Path, dockerfile: Path) -> tuple[str, ...]:
    """References of all images that the two files pull, in the files' order; those that are built are left out."""
    services = yaml.safe_load(compose.read_text())["services"].values()
    bases = re.findall(r"^ARG BASE=(\S+)", dockerfile.read_text(), re.MULTILINE)
    built = {each["image"] for each in services if "build" in each}
    return tuple(dict.fromkeys((*bases, *(each["image"] for each in services if each["image"] not in built))))


def ensure_images(references: tuple[str, ...], console: Console) -> tuple[Image, ...]:
    """Bring each image into the engine.

    Raises:
        MirrorFailed, DockerFailed, MissingPrerequisite: a stand-in cannot be made.
    """
    cache = cache_root() / "compose"
    cache.mkdir(parents=True, exist_ok=True)
    with build_lock(cache / "lock", lambda: console.print("waiting for another process that makes images …")):
        remove_parts(cache)
        with Report(console) as report:
            making = _Making(cache, console, report)
            return tuple(Image(each, making.state(each)) for each in references)


class _Making:
    """One run over the images. Once the registry was out of reach it is not asked again."""

    def __init__(self, cache: Path, console: Console, report: Report) -> None:
        self._cache, self._console, self._report = cache, console, report
        self._reachable = True

    def state(self, reference: str) -> State:
        name, _, tag = reference.rpartition(":")
        known = inspect("image", [reference])
        if known and LABEL not in (known[0]["Config"]["Labels"] or {}):
            return "there"  # pulled or built by somebody: never overwritten
        if not known and self._pulled(reference):
            return "pulled"
        if name not in RECIPES:
            return "missing"
        self._stand_in(RECIPES[name], reference, tag)
        return "stand-in"

    def _pulled(self, reference: str) -> bool:
        if not self._reachable:
            return False
        self._report.start(reference, "pulling")
        try:
            docker("pull", "--quiet", reference, timeout=_PULL_SECONDS)
        except DockerFailed as failed:
            self._reachable = not _UNREACHABLE.search(failed.output)
            self._report.done(reference, "not to be pulled")
            return False
        self._report.done(reference, "pulled")
        return True

    def _stand_in(self, recipe: Recipe, reference: str, tag: str) -> None:
        base = ensure_base(self._cache, self._console)
        digest = recipe.digest(tag, base)
        known = inspect("image", [reference])
        if known and known[0]["Config"]["Labels"].get(RECIPE) == digest:
            return
        archive = self._cache / f"{recipe.name}-{digest}.tar"
        if is_good(archive):
            self._report.start(reference, "loading")
            docker("load", "--input", str(archive), timeout=_PULL_SECONDS)
            self._report.done(reference, "from cache", archive.stat().st_size)
            return
        programs = made(recipe.programs, tag, self._cache, self._report) if recipe.programs else {}
        self._report.start(reference, "building")
        labels = {LABEL: "true", RECIPE: digest}
        build_image(recipe, reference, base=base, programs=programs, labels=labels, work=self._cache)
        with artifact(archive) as part:
            docker("save", "--output", str(part), reference, timeout=_PULL_SECONDS)
        self._report.done(reference, "stand-in", archive.stat().st_size)
