"""Files of a repository to start from: written whole or not at all, never over what is there."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from rich.text import Text

from trailboss.cli.output import console, error_console
from trailboss.cli.writing import differs, write_whole
from trailboss.model.errors import BadInput
from trailboss.model.problem import Problem


def refuse_overwriting(directory: Path, files: Mapping[str, str]) -> None:
    """Refuse where manifests are there already and say something else; one's own README and .gitignore just stay.

    A file that says the same is no reason: an interrupted `init` can be run again.
    """
    different = [directory / file for file, text in files.items() if "/" in file and differs(directory / file, text)]
    if different:
        allowed = "another directory or --name, or take the file away first"
        message = "is there already and is never overwritten"
        raise BadInput(tuple(Problem(file=str(path), message=message, allowed=allowed) for path in different))


def write_files(directory: Path, files: Mapping[str, str]) -> None:
    """Write each file whole or not at all."""
    for file, text in files.items():
        path = directory / file
        if path.exists():
            console.print(Text.assemble(("kept ", "yellow"), str(path)), soft_wrap=True)
            continue
        write_whole(path, text)
        console.print(Text.assemble(("wrote ", "green"), str(path)), soft_wrap=True)


def git_init(directory: Path) -> bool:
    """Make `directory` a Git repository where it is in none; tell whether it is in one now."""
    if any((parent / ".git").exists() for parent in (directory.resolve(), *directory.resolve().parents)):
        return True
    if shutil.which("git") is None:
        return False
    command = ["git", "-c", "init.defaultBranch=main", "init", "--quiet", str(directory)]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    if ended.returncode != 0:
        error_console.print(Text.assemble(("git init: ", "yellow"), ended.stderr.strip()), soft_wrap=True)
    return ended.returncode == 0
