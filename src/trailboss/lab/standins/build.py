"""One stand-in's image, with the engine's own builder: the recipe's folder, programs and further files on the base."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from trailboss.lab.engine.apt import apt_proxies
from trailboss.lab.engine.docker import docker
from trailboss.lab.standins.recipes import Recipe

_SECONDS = 3600.0  # a slow network, or a machine that compiles beside it


def build_image(
    recipe: Recipe, reference: str, *, base: str, programs: Mapping[str, Path], labels: Mapping[str, str], work: Path
) -> None:
    """Build `reference` in a folder below `work`. Raises DockerFailed with the end of what the builder said."""
    with tempfile.TemporaryDirectory(prefix="build-", dir=work) as directory:
        folder = Path(directory)
        _fill(folder, recipe, reference.rpartition(":")[2], programs)
        given = [word for name, value in labels.items() for word in ("--label", f"{name}={value}")]
        for name, value in {"BASE": base, **apt_proxies()}.items():
            given += ["--build-arg", f"{name}={value}"]
        docker("build", "--quiet", "--network", "host", *given, "--tag", reference, str(folder), timeout=_SECONDS)


def _fill(folder: Path, recipe: Recipe, tag: str, programs: Mapping[str, Path]) -> None:
    for file in recipe.folder.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    for name, program in programs.items():
        shutil.copy(program, folder / name)
    if recipe.more:
        recipe.more(folder, tag)
