"""A Git remote on this machine and a clone to push from, with the git command, as a user would."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

_AUTHOR = ("-c", "user.name=Trailboss lab", "-c", "user.email=lab@trailboss.dev")


class Origin:
    """A bare repository `name` under `directory`, with one branch, main.

    `url` is what Trailboss is told to follow.
    """

    def __init__(self, directory: Path, name: str = "origin.git") -> None:
        self._directory = directory
        self._clone = directory / "clone"
        self.url = str(directory / name)

    def create(self) -> None:
        """Begin with an empty repository; one that stands there is removed."""
        shutil.rmtree(self._directory, ignore_errors=True)
        self._directory.mkdir(parents=True)
        _git(self._directory, "init", "--quiet", "--bare", "--initial-branch=main", self.url)
        _git(self._directory, "clone", "--quiet", self.url, str(self._clone))
        _git(self._clone, "checkout", "--quiet", "-B", "main")

    def push(self, files: Mapping[str, str], message: str) -> str:
        """Write files (path → text), commit and push them; return the commit."""
        for path, text in files.items():
            file = self._clone / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        _git(self._clone, "add", "--all")
        _git(self._clone, *_AUTHOR, "commit", "--quiet", "--message", message)
        _git(self._clone, "push", "--quiet", "origin", "HEAD:main")
        return _git(self._clone, "rev-parse", "HEAD").strip()


def _git(directory: Path, *arguments: str) -> str:
    command = ["git", "-C", str(directory), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
