"""Files of stand-ins that come neither from this folder nor from a compiler."""

import json
import shutil
from pathlib import Path

from trailboss.lab.mirror.commands import run
from trailboss.lab.mirror.compiled.toolchain import environment, go_for
from trailboss.lab.temporal.options import temporal_binary


def admin_tools(folder: Path, tag: str) -> None:
    """Temporal's command line, and the schema of its databases."""
    shutil.copy(temporal_binary(), folder / "temporal")
    schema = _module_folder("go.temporal.io/server", tag) / "schema" / "postgresql"
    shutil.copytree(schema, folder / "schema" / "postgresql", copy_function=shutil.copyfile)
    _writable(folder / "schema")


def ui_configuration(folder: Path, tag: str) -> None:
    """The template that turns the variables of the image into the UI server's configuration."""
    shutil.copyfile(
        _module_folder("github.com/temporalio/ui-server/v2", tag) / "config" / "docker.yaml", folder / "docker.yaml"
    )


def _module_folder(module: str, tag: str) -> Path:
    command: list[str | Path] = [go_for(), "mod", "download", "-json", f"{module}@v{tag}"]
    return Path(json.loads(run(command, cwd=Path("/"), env=environment()))["Dir"])


def _writable(folder: Path) -> None:
    """Modules lie read-only in Go's cache, folders too; a copy that cannot be removed would stay."""
    for each in (folder, *folder.rglob("*")):
        each.chmod(0o755 if each.is_dir() else 0o644)
