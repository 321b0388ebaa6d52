"""A host's folders and programs under one directory, so that whole scripts run for real without a host."""

import os
import shutil
import subprocess
from pathlib import Path

_ROOTS = (
    "/etc/kubernetes",
    "/etc/cni",
    "/etc/default",
    "/etc/trailboss",
    "/etc/systemd/system",
    "/var/lib",
    "/usr/local/bin",
    "/usr/local/sbin",
)


class Sandbox:
    """Scripts run with the paths of `_ROOTS` moved below `root`. Programs that are not faked are this machine's own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.log = root / "log"
        root.mkdir(exist_ok=True)
        self.log.touch()
        for folder in _ROOTS:
            self.path(folder).mkdir(parents=True)
        self._bin = root / "bin"
        self._bin.mkdir()

    def path(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def write(self, path: str, content: str = "") -> None:
        self.path(path).parent.mkdir(parents=True, exist_ok=True)
        self.path(path).write_text(content)

    def program(self, name: str, body: str = "", *, at: str = "") -> None:
        """Fake a program: it logs its name and arguments, then does `body`."""
        path = self.path(at) if at else self._bin / name
        script = f'#!/bin/bash\necho "{name} $*" >> {self.log}\n{self.moved(body)}\n'
        path.write_text(script)
        path.chmod(0o755)

    def run(self, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [shutil.which("bash") or "", "-s"],
            input=self.moved(script),
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": f"{self._bin}:{os.environ['PATH']}", **environment},
        )

    def moved(self, text: str) -> str:
        for folder in _ROOTS:
            text = text.replace(folder, str(self.path(folder)))
        return text

    def calls(self, name: str) -> list[str]:
        """Return the arguments of each call of a faked program."""
        lines = self.log.read_text().splitlines()
        return [line.removeprefix(f"{name} ") for line in lines if line.startswith(f"{name} ")]
