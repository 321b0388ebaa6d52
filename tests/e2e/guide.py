"""A guide's commands, taken out of its Markdown and run as a reader would, in one shell after the other."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```bash( background)?\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """Commands that stand together. `background`: they run on in a terminal of their own."""

    script: str
    background: bool

    @property
    def commands(self) -> list[str]:
        return [line for line in self.script.splitlines() if line.strip()]


def blocks(page: Path) -> list[Block]:
    return [Block(script, bool(background)) for background, script in _BLOCK.findall(page.read_text())]


@dataclass
class Reader:
    """Runs blocks in a folder. `seconds`: each command that has ended, with how long it took."""

    folder: Path
    environment: dict[str, str]
    seconds: dict[str, float]

    def run(self, block: Block) -> str:
        """Run a block's commands one by one, each in a shell with the virtual environment; return what they said.

        Raises:
            AssertionError: one has failed; with the end of what it said.
        """
        return "".join(self._run(command) for command in block.commands if not command.startswith("source "))

    @contextmanager
    def beside(self, block: Block) -> Iterator[None]:
        """Run a block for as long as the body, then press Ctrl-C."""
        with (self.folder / "background.log").open("wb") as log:
            command = ["bash", "-c", f"exec {block.script.strip()}"]
            process = subprocess.Popen(
                command, cwd=self.folder, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
            try:
                yield
            finally:
                os.killpg(process.pid, signal.SIGINT)
                process.wait(timeout=90)

    def _run(self, command: str) -> str:
        began = time.monotonic()
        ended = subprocess.run(
            ["bash", "-c", command], check=False, capture_output=True, text=True, cwd=self.folder, env=self.environment
        )
        said = ended.stdout + ended.stderr
        assert ended.returncode == 0, f"{command}: exit status {ended.returncode}\n{said[-3000:]}"
        self.seconds[command] = time.monotonic() - began
        return said
